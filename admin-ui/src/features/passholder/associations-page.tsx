import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { DateField } from '@/shared/ui/date-field';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { keyOf, settle } from './acts';
import { PageHead } from './page-head';
import { passholderQuery, personKey } from './queries';
import { Refused } from './refused';
import { useAct } from './use-act';
import { useWhyNot } from './use-may';

type Standing = components['schemas']['AssociationStanding'];
type Joined = components['schemas']['AssociationMembership'];

const standingsQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'associations'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/association-memberships', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
        }),
      ),
  });

/** Where a person stands with each association that the counter sees, those they are in first. */
export function AssociationsPage() {
  const { t } = useTranslation('profile');
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const person = useQuery(passholderQuery(counter.id, id));
  const standings = useQuery(standingsQuery(counter.id, id));
  const error = person.error ?? standings.error;

  if (error && !(person.data && standings.data)) {
    return <Failed error={error} onRetry={() => void Promise.all([person.refetch(), standings.refetch()])} />;
  }
  if (!person.data || !standings.data) return <Loading lines={6} />;
  const list = standings.data.toSorted((a, b) => rank(a) - rank(b));
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-8">
      <PageHead person={person.data} title={t('association.title')} />
      {list.length === 0 ? (
        <EmptyState icon="person" title={t('association.none')}>
          {t('association.noneText')}
        </EmptyState>
      ) : (
        <ul className="grid">
          {list.map((standing) => (
            <li key={standing.association.id} className="border-b border-line py-4 first:border-t">
              <Row person={person.data} standing={standing} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Those they are in first, then those they can join, and at the end those that are closed to them. */
function rank({ status, refusal }: Standing): number {
  if (status === 'ACTIVE') return 0;
  return (refusal ? 3 : 1) + (status === 'EXPIRED' ? 0 : 1);
}

function Row({ person, standing }: { person: Passholder; standing: Standing }) {
  const { t } = useTranslation('profile');
  const { date, text } = useFormat();
  const whyNot = useWhyNot();
  const { join, stop } = useMembership(person.id, standing);
  const [asking, setAsking] = useState(false);
  const counter = useCounter();
  const { association, status, endDate, newEndDate, refusal } = standing;
  const region = counter.cardSystems.find(({ id }) => id === association.cardSystemId)?.name;
  const member = status === 'ACTIVE';
  const readOnly = association.access === 'READ' ? t('association.readOnly') : undefined;
  const refused = refusal?.message ? text(refusal.message) : refusal?.code;
  const custom = association.endDateType === 'CUSTOM';
  const outside =
    refusal?.code === 'association-other-system' &&
    region !== undefined &&
    counter.permissions.includes('PASSHOLDERS_WRITE') &&
    !person.memberships.some(
      ({ cardSystem, status: of }) => cardSystem.id === association.cardSystemId && of !== 'ENDED',
    );
  const longer = newEndDate !== undefined && newEndDate !== endDate;

  return (
    <div className="grid gap-3">
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-[1fr_20rem]">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lead font-bold">
            {association.name}
            {status !== 'NONE' && (
              <Badge tone={member ? 'ok' : 'plain'}>{t(`association.status.${status}`)}</Badge>
            )}
          </h2>
          <p data-person className="text-ink-soft">
            {endDate
              ? t(member ? 'association.until' : 'association.ended', { date: date(endDate) })
              : t('association.not')}
            {' · '}
            {t(`association.kind.${association.endDateType}`)}
            {region && ` · ${region}`}
          </p>
        </div>
        <div className="flex flex-wrap content-start items-start gap-2">
          {(!member || longer || custom) && (
            <Button
              size="small"
              pending={join.isPending}
              reason={whyNot('ASSOCIATIONS', person) ?? readOnly ?? refused}
              wayOut={
                outside &&
                !readOnly && (
                  <Link
                    to="/passholders/$id/join/$system"
                    params={{ id: person.id, system: String(association.cardSystemId) }}
                    className={buttonStyle('plain', 'small')}
                  >
                    {t('act.join', { system: region })}
                  </Link>
                )
              }
              onPress={() => {
                if (custom) setAsking(true);
                else join.mutate(undefined);
              }}
            >
              {custom || !newEndDate
                ? t(member ? 'association.renew' : 'association.join')
                : t(member ? 'association.renewUntil' : 'association.joinUntil', { date: date(newEndDate) })}
            </Button>
          )}
          {member && (
            <Button
              size="small"
              kind="quiet"
              pending={stop.isPending}
              reason={whyNot('ASSOCIATIONS', person) ?? readOnly}
              onPress={() => {
                stop.mutate();
              }}
            >
              {t('association.stop')}
            </Button>
          )}
        </div>
      </div>
      {(join.isError || stop.isError) && !asking && <Refused error={join.error ?? stop.error} />}
      {asking && (
        <UntilDialog
          standing={standing}
          pending={join.isPending}
          error={join.error}
          onClose={() => {
            setAsking(false);
          }}
          onSave={(until) => {
            join.mutate(until, {
              onSuccess: () => {
                setAsking(false);
              },
            });
          }}
        />
      )}
    </div>
  );
}

/** Until when, where the association lets the counter choose. */
function UntilDialog({
  standing: { association, status, newEndDate },
  pending,
  error,
  onSave,
  onClose,
}: {
  standing: Standing;
  pending: boolean;
  error: unknown;
  onSave: (until: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('profile');
  const [until, setUntil] = useState<string | null>(newEndDate ?? null);
  return (
    <Dialog
      open
      title={association.name}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('act.cancel')}</Button>
          <Button
            kind="act"
            pending={pending}
            reason={until ? undefined : t('association.first')}
            onPress={() => {
              if (until) onSave(until);
            }}
          >
            {t(status === 'ACTIVE' ? 'association.renew' : 'association.join')}
          </Button>
        </>
      }
    >
      <DateField label={t('association.lastDay')} value={until} onChange={setUntil} />
      {error !== null && error !== undefined && <Refused error={error} />}
    </Dialog>
  );
}

function useMembership(id: string, { association, status, endDate }: Standing) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const counter = useCounter();
  const named = (act: string) => `${act} ${id} ${association.id}`;
  const header = (act: string) => ({ 'X-Counter': counter.id, 'Idempotency-Key': keyOf(act) });
  const settled = async <R,>(act: string, call: Promise<R>): Promise<R> => {
    try {
      const result = await call;
      settle(act);
      return result;
    } catch (error) {
      settle(act, error);
      throw error;
    }
  };
  const put = (until: string | undefined) => {
    const act = `${named('join')} ${until ?? ''}`;
    return settled(
      act,
      unwrap(
        api.POST('/api/v1/passholders/{passholderId}/association-memberships', {
          params: { header: header(act), path: { passholderId: id } },
          body: { associationId: association.id, ...(until ? { endDate: until } : {}) },
        }),
      ),
    );
  };
  const take = () =>
    settled(
      named('stop'),
      unwrap(
        api.DELETE('/api/v1/passholders/{passholderId}/association-memberships/{associationId}', {
          params: {
            header: header(named('stop')),
            path: { passholderId: id, associationId: association.id },
          },
        }),
      ),
    );

  const join = useAct([id], {
    run: put,
    done: (joined: Joined) => t('association.joined', { name: association.name, date: date(joined.endDate) }),
    // A renewal has no way back: the end that was there may be one that nobody could choose today.
    back: () => (status === 'ACTIVE' ? undefined : take),
  });
  const stop = useAct([id], {
    run: take,
    done: () => t('association.stopped', { name: association.name }),
    back: () => () => put(association.endDateType === 'CUSTOM' ? endDate : undefined),
  });
  return { join, stop };
}
