import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { bulkKinds, mayDo, mayDoAny, type BulkWork } from '@/shared/selection/bulk-kinds';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { EmptyState } from '@/shared/ui/empty-state';
import { Icon, type IconName } from '@/shared/ui/icon';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { Closed } from './closed';
import { Head } from './head';
import { bulksQuery, isFinished, type Bulk } from './queries';
import { StateBadge } from './state-badge';

/** What can be done to many at once, and what is under way or was done. */
export function BulksPage() {
  const { t } = useTranslation('bulk');
  const { permissions } = useCounter();
  const reminds = permissions.includes('PASSHOLDERS_WRITE_SOCIALTARIFF');
  if (!mayDoAny(permissions)) return <Closed what={t('title')} />;
  return (
    <div className="mx-auto grid w-full max-w-5xl gap-10">
      <div className="grid gap-6">
        <Head title={t('title')} back={false}>
          {t('lead.all')}
        </Head>
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          <li>
            <Link
              to="/expiring"
              className={card(reminds)}
              aria-disabled={!reminds || undefined}
              disabled={!reminds}
            >
              <Act
                icon="clock"
                title={t('expiring.title')}
                text={reminds ? t('expiring.short') : t('closed.short')}
              />
            </Link>
          </li>
          {bulkKinds.map((work) => (
            <li key={work.kind}>
              <Start work={work} open={mayDo(work, permissions)} />
            </li>
          ))}
        </ul>
      </div>
      <Work />
    </div>
  );
}

const card = (open: boolean) =>
  classes(
    'flex h-full items-start gap-3 rounded-card border border-line bg-surface p-4 no-underline transition-colors',
    open ? 'hover:border-line-strong hover:bg-sunken' : 'cursor-not-allowed bg-sunken',
  );

function Act({ icon, title, text }: { icon: IconName; title: string; text: string }) {
  return (
    <>
      <span className="mt-0.5 text-act-ink">
        <Icon name={icon} size={22} />
      </span>
      <span className="grid gap-0.5">
        <span className="font-bold">{title}</span>
        <span className="text-small text-ink-soft max-sm:sr-only">{text}</span>
      </span>
    </>
  );
}

function Start({ work, open }: { work: BulkWork; open: boolean }) {
  const { t } = useTranslation('bulk');
  return (
    <Link
      to="/bulk/new/$kind"
      params={{ kind: work.place }}
      disabled={!open}
      aria-disabled={!open || undefined}
      className={card(open)}
    >
      <Act
        icon={open ? work.icon : 'lock'}
        title={t(`kind.${work.kind}`)}
        text={open ? t(`short.${work.kind}`) : t('closed.short')}
      />
    </Link>
  );
}

function Work() {
  const { t } = useTranslation('bulk');
  const { day, time, language } = useFormat();
  const number = new Intl.NumberFormat(language);
  const counter = useCounter();
  const query = useInfiniteQuery(bulksQuery(counter.id));
  const found = query.data?.pages.flatMap(({ member }) => member) ?? [];
  const standing = (bulk: Bulk) => (
    <span className="flex flex-wrap gap-2">
      <StateBadge bulk={bulk} />
      {bulk.dryRun && <Badge>{t('dryRun')}</Badge>}
    </span>
  );
  return (
    <div className="grid gap-4">
      <h2 className="text-lead font-bold">{t('work.title')}</h2>
      {query.isPending && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        <Table
          caption={t('work.title')}
          rows={found}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'what',
              title: t('work.what'),
              heading: true,
              cell: (bulk) => (
                <span className="grid justify-items-start gap-1">
                  <Link
                    to="/bulk/$id"
                    params={{ id: bulk.id }}
                    className="inline-flex min-h-11 items-center font-medium text-act-ink underline-offset-4 hover:underline"
                  >
                    {t(`kind.${bulk.kind}`)}
                  </Link>
                  <span className="sm:hidden">{standing(bulk)}</span>
                </span>
              ),
            },
            {
              key: 'when',
              title: t('facts.when'),
              minor: true,
              cell: ({ createdAt }) => `${day(createdAt)}, ${time(createdAt)}`,
            },
            { key: 'state', title: t('work.state'), minor: true, cell: standing },
            {
              key: 'done',
              title: t('work.done'),
              numeric: true,
              cell: (bulk) =>
                isFinished(bulk)
                  ? number.format(bulk.done - bulk.failed)
                  : `${number.format(bulk.done)} / ${number.format(bulk.total)}`,
            },
            {
              key: 'failed',
              title: t('work.failed'),
              numeric: true,
              cell: ({ failed }) => number.format(failed),
            },
          ]}
          empty={
            <EmptyState icon="history" title={t('work.none')}>
              {t('work.noneText')}
            </EmptyState>
          }
        />
      )}
      {query.hasNextPage && (
        <div>
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </div>
  );
}
