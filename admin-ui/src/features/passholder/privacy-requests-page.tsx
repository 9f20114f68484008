import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Refused } from './refused';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';
import { TextArea } from '@/shared/ui/text-area';
import { EraseDialog } from './erase-dialog';
import { requestsQuery, type PrivacyRequest, type RequestState } from './privacy-queries';
import { useRequests } from './use-privacy';

const states: RequestState[] = ['OPEN', 'DONE', 'REFUSED'];

/** The privacy requests of the counter: those that wait, and what became of the others. */
export function RequestsPage() {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-8">
      <div className="grid gap-2">
        <PageHeading className="text-title font-bold sm:text-display">{t('privacy.requests')}</PageHeading>
        <p className="max-w-prose text-pretty text-ink-soft">{t('privacy.requestsText')}</p>
      </div>
      {counter.permissions.includes('PASSHOLDERS_PRIVACY') ? (
        <Tabs
          label={t('privacy.requests')}
          tabs={states.map((state) => ({
            id: state,
            title: t(`privacy.state.${state}`),
            children: <Requests state={state} />,
          }))}
        />
      ) : (
        <EmptyState icon="lock" title={t('no.right')} />
      )}
    </div>
  );
}

function Requests({ state }: { state: RequestState }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const { data, error, refetch } = useQuery(requestsQuery(counter.id, state));
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return (
      <EmptyState icon="done" title={t(state === 'OPEN' ? 'privacy.noneOpen' : 'privacy.none')}>
        {state === 'OPEN' && t('privacy.noneText')}
      </EmptyState>
    );
  }
  return (
    <ol className="grid">
      {data.map((request) => (
        <li key={request.id} className="border-b border-line py-4 first:border-t">
          <Row request={request} />
        </li>
      ))}
    </ol>
  );
}

function Row({ request }: { request: PrivacyRequest }) {
  const { t } = useTranslation('profile');
  const { day } = useFormat();
  const { answer } = useRequests();
  const [asking, setAsking] = useState<'erase' | 'refuse'>();
  const [why, setWhy] = useState('');
  const { kind, state, reason, firstName, name, passholderId, createdAt, doneAt } = request;
  const who = [firstName, name].filter(Boolean).join(' ');
  const close = () => {
    setAsking(undefined);
  };

  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <p className="font-medium">{t(`privacy.kind.${kind}`)}</p>
          {who ? (
            <Link
              to="/passholders/$id/privacy"
              params={{ id: passholderId }}
              data-person
              className="inline-flex min-h-11 items-center text-act-ink underline-offset-4 hover:underline"
            >
              {who}
            </Link>
          ) : (
            <p className="text-ink-soft">{t('privacy.forgotten')}</p>
          )}
          <p className="text-small text-ink-soft">
            {t('privacy.askedOn', { day: day(createdAt) })}
            {doneAt && ` · ${t('privacy.doneOn', { day: day(doneAt) })}`}
          </p>
          {reason && <p className="max-w-prose pt-1 text-pretty">{reason}</p>}
        </div>
        {state === 'OPEN' && (
          <div className="flex flex-wrap gap-2">
            {kind === 'ERASURE' ? (
              <Button
                size="small"
                kind="stop"
                onPress={() => {
                  setAsking('erase');
                }}
              >
                {t('privacy.eraseNow')}
              </Button>
            ) : (
              <Button
                size="small"
                pending={answer.isPending}
                onPress={() => {
                  answer.mutate({ request, state: 'DONE' });
                }}
              >
                {t('privacy.handedOver')}
              </Button>
            )}
            <Button
              size="small"
              kind="quiet"
              onPress={() => {
                setAsking('refuse');
              }}
            >
              {t('privacy.refuse')}
            </Button>
          </div>
        )}
      </div>
      {answer.isError && <Refused error={answer.error} />}
      {asking === 'erase' && (
        <EraseDialog
          name={who}
          pending={answer.isPending}
          onClose={close}
          onErase={() => {
            answer.mutate({ request, state: 'DONE' }, { onSettled: close });
          }}
        />
      )}
      <Dialog
        open={asking === 'refuse'}
        title={t('privacy.refuseTitle')}
        onClose={close}
        actions={
          <>
            <Button onPress={close}>{t('act.cancel')}</Button>
            <Button
              kind="act"
              pending={answer.isPending}
              reason={why.trim() ? undefined : t('privacy.whyFirst')}
              onPress={() => {
                answer.mutate({ request, state: 'REFUSED', reason: why.trim() }, { onSettled: close });
              }}
            >
              {t('privacy.refuse')}
            </Button>
          </>
        }
      >
        <TextArea
          label={t('privacy.why')}
          help={t('privacy.whyHelp')}
          value={why}
          maxLength={2000}
          onChange={setWhy}
        />
      </Dialog>
    </div>
  );
}
