import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { bulkKinds } from '@/shared/selection/bulk-kinds';
import { clearSelection } from '@/shared/selection/selection';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { Loading } from '@/shared/ui/skeleton';
import { Head } from './head';
import { OrderFacts } from './order-facts';
import { Progress } from './progress';
import { bulkQuery, isFinished, type Bulk } from './queries';
import { Rows } from './rows';
import { StateBadge } from './state-badge';
import { useReport } from './use-report';
import { fileOf, useStart } from './use-start';

/** One order: how far it is, what became of it, and what can be done next. */
export function BulkOrderPage() {
  const { t } = useTranslation('bulk');
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const client = useQueryClient();
  const { data: bulk, error, refetch } = useQuery(bulkQuery(counter.id, id));
  const finished = bulk && isFinished(bulk);
  const real = finished && !bulk.dryRun;

  // What was done to people is seen on their own pages at once.
  useEffect(() => {
    if (real) void client.invalidateQueries({ queryKey: ['passholder'] });
    if (real) void client.invalidateQueries({ queryKey: ['expiring'] });
  }, [real, client]);

  if (!bulk && !error) return <Loading lines={6} />;
  if (!bulk) {
    return (
      <Failed
        error={error}
        onRetry={() => void refetch()}
        action={
          <Link to="/bulk" className={buttonStyle('plain')}>
            {t('back')}
          </Link>
        }
      />
    );
  }
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-6">
      <Head
        title={
          <>
            {t(`kind.${bulk.kind}`)}
            {bulk.dryRun && <Badge tone="note">{t('dryRun')}</Badge>}
            {!finished && <StateBadge bulk={bulk} />}
          </>
        }
      />
      <OrderFacts bulk={bulk} />
      {error && !finished && (
        <Banner tone="warn" live="polite" title={t('away.title')}>
          {t('away.text')}
        </Banner>
      )}
      {finished ? <Finished bulk={bulk} /> : <Running bulk={bulk} />}
    </div>
  );
}

function Running({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const stop = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/bulk/{bulkId}/cancel', {
          params: { header: { 'X-Counter': counter.id }, path: { bulkId: bulk.id } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['bulk', counter.id] }),
  });
  return (
    <div className="grid gap-5">
      <Progress bulk={bulk} />
      <p className="text-ink-soft">{t('progress.leave')}</p>
      {stop.isError && <Banner tone="stop" live="polite" title={failure(stop.error).text} />}
      <div>
        <Button
          kind="stop"
          pending={stop.isPending}
          onPress={() => {
            stop.mutate();
          }}
        >
          {t('stop')}
        </Button>
      </div>
    </div>
  );
}

function Finished({ bulk }: { bulk: Bulk }) {
  return (
    <>
      <Outcome bulk={bulk} />
      <Rows bulk={bulk} />
    </>
  );
}

/** What came of it in one sentence, and the one thing to do next. */
function Outcome({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const went = bulk.done - bulk.failed;
  const rest = bulk.total - bulk.done;
  const how =
    bulk.state === 'FAILED' ? 'stop' : bulk.state === 'CANCELLED' || bulk.failed > 0 ? 'warn' : 'ok';
  const sentences = [
    bulk.failed > 0 && t(bulk.dryRun ? 'outcome.wouldFail' : 'outcome.failed', { count: bulk.failed }),
    rest > 0 && t('outcome.rest', { count: rest }),
    bulk.dryRun && t('outcome.nothingYet'),
  ].filter(Boolean);
  const title =
    bulk.state === 'CANCELLED'
      ? t('outcome.cancelled')
      : bulk.kind === 'EXPORT'
        ? t('outcome.list', { count: went })
        : t(bulk.dryRun ? 'outcome.can' : 'outcome.did', { count: went });
  return (
    <div className="grid gap-5">
      <Banner tone={how} live="polite" title={title}>
        {sentences.join(' ')}
      </Banner>
      <div className="flex flex-wrap items-start gap-3">
        {bulk.dryRun && bulk.state === 'DONE' && <ForReal bulk={bulk} count={went} />}
        <Reports bulk={bulk} />
      </div>
      {bulk.kind !== 'EXPORT' && went > 0 && (
        <p className="flex max-w-prose items-start gap-2 text-pretty text-ink-soft">
          <span className="mt-0.5">
            <Icon name="undo" />
          </span>
          {t(`undoing.${bulk.kind}`)}
        </p>
      )}
    </div>
  );
}

/** Does what was tried, for those for whom it went well. */
function ForReal({ bulk, count }: { bulk: Bulk; count: number }) {
  const { t } = useTranslation('bulk');
  const navigate = useNavigate();
  const failure = useFailure();
  const start = useStart();
  const file = fileOf(bulk.id);
  const { fromFile, ...parameters } = bulk.parameters;
  const place = bulkKinds.find(({ kind }) => kind === bulk.kind)?.place ?? 'renew';
  const again = (
    <Link to="/bulk/new/$kind" params={{ kind: place }} className={buttonStyle('plain', 'small')}>
      {t('forReal.again')}
    </Link>
  );
  if (fromFile && !file) {
    return (
      <Button kind="act" reason={t('forReal.noFile')} wayOut={again}>
        {t('forReal.do', { count })}
      </Button>
    );
  }
  return (
    <>
      <Button
        kind="act"
        pending={start.isPending}
        reason={count === 0 ? t('forReal.nobody') : undefined}
        wayOut={again}
        onPress={() => {
          start.mutate(
            {
              // The trial is its key: what was tried is done once.
              key: `real ${bulk.id}`,
              file,
              request: {
                ...(parameters as object),
                kind: bulk.kind,
                ...(fromFile ? {} : { dryRunId: bulk.id }),
              },
            },
            {
              onSuccess: ({ id }) => {
                clearSelection();
                void navigate({ to: '/bulk/$id', params: { id } });
              },
            },
          );
        }}
      >
        {t('forReal.do', { count })}
      </Button>
      {start.isError && (
        <div className="w-full">
          <Banner tone="stop" live="polite" title={failure(start.error).title}>
            {failure(start.error).text}
          </Banner>
        </div>
      )}
    </>
  );
}

function Reports({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const { date } = useFormat();
  const report = useReport(bulk.id);
  const list = bulk.kind === 'EXPORT';
  if (list && bulk.state !== 'DONE') return null;
  const name = `${t(`kind.${bulk.kind}`)} ${date(bulk.createdAt.slice(0, 10))}`;
  return (['xlsx', 'csv'] as const).map((format) => (
    <Button
      key={format}
      icon="down"
      kind={list && format === 'xlsx' ? 'act' : 'plain'}
      pending={report.isPending && report.variables.format === format}
      onPress={() => {
        report.mutate({ format, name });
      }}
    >
      {t(list ? `list.${format}` : `report.${format}`)}
    </Button>
  ));
}
