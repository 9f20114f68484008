import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { daysAhead } from '@/shared/format/date';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Loading } from '@/shared/ui/skeleton';
import { PageHead } from './page-head';
import { passholderQuery, personKey } from './queries';
import { Refused } from './refused';
import { departuresQuery, useDeparture } from './use-departure';
import { mergesQuery, useMerge } from './use-merge';
import { useReceipt, useVoid } from './use-sale';

/** What happened to a record: what was sold, who left, what was made one. What can be taken back says so here. */
export function RecordPage() {
  const { t } = useTranslation('profile');
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const { data: person, error, refetch } = useQuery(passholderQuery(counter.id, id));
  if (error && !person) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!person) return <Loading lines={6} />;
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-10">
      <PageHead person={person} title={t('record.title')} />
      {counter.permissions.includes('PASSHOLDERS_WRITE') && (
        <>
          <Sales person={person} />
          <Departures person={person} />
        </>
      )}
      {counter.permissions.includes('PASSHOLDERS_MERGE') && <Merges person={person} />}
    </div>
  );
}

function Sales({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const { language } = useFormat();
  const counter = useCounter();
  const { data, error, refetch } = useQuery({
    queryKey: [...personKey(counter.id, person.id), 'sales'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/registrations', {
          params: { header: { 'X-Counter': counter.id }, path: { passholderId: person.id } },
        }),
      ),
  });
  const takeBack = useVoid(person.id);
  const receipt = useReceipt();
  const newest = data?.registrations.find(({ voidedAt }) => !voidedAt);

  return (
    <List
      id="sales"
      title={t('record.sales')}
      none={data?.registrations.length === 0 ? t('record.noSales') : undefined}
      error={data ? undefined : error}
      onRetry={() => void refetch()}
    >
      {data?.registrations.map((sale) => (
        <Entry
          key={sale.id}
          what={`${t(`sale.why.${sale.reason}`)} · ${sale.cents === 0 ? t('sale.none') : formatEuros(sale.cents, language)}`}
          at={sale.at}
          also={t('sale.receiptNumber', { number: sale.receipt })}
          gone={sale.voidedAt ? t('record.voided') : undefined}
        >
          <Button
            size="small"
            kind="quiet"
            icon="printer"
            onPress={() => {
              receipt.mutate(sale);
            }}
          >
            {t('sale.receipt')}
          </Button>
          {sale === newest && daysAhead(new Date(sale.at), new Date()) === 0 && (
            <Button
              size="small"
              icon="undo"
              pending={takeBack.isPending}
              onPress={() => {
                takeBack.mutate(sale.id);
              }}
            >
              {t('record.undo')}
            </Button>
          )}
        </Entry>
      ))}
    </List>
  );
}

function Departures({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const { text } = useFormat();
  const counter = useCounter();
  const { data, error, refetch } = useQuery(departuresQuery(counter.id, person.id));
  const { undo } = useDeparture(person.id);
  const nameOf = (system: number | undefined) =>
    person.memberships.find(({ cardSystem }) => cardSystem.id === system)?.cardSystem.name ?? '';
  if (data?.length === 0) return null;

  return (
    <List
      id="departures"
      title={t('record.departures')}
      error={data ? undefined : error}
      onRetry={() => void refetch()}
    >
      {data?.map((departure) => (
        <Entry
          key={departure.id}
          what={
            departure.reason === 'DECEASED'
              ? t('record.died')
              : t('record.moved', { system: nameOf(departure.cardSystemId) })
          }
          at={departure.at}
          gone={departure.undoneAt ? t('record.undone') : undefined}
        >
          {!departure.undoneAt && (
            <Button
              size="small"
              icon="undo"
              pending={undo.isPending}
              reason={
                departure.undo.allowed
                  ? undefined
                  : departure.undo.message
                    ? text(departure.undo.message)
                    : t('record.late')
              }
              onPress={() => {
                undo.mutate(departure.id);
              }}
            >
              {t('record.undo')}
            </Button>
          )}
        </Entry>
      ))}
      {undo.isError && <Refused error={undo.error} />}
    </List>
  );
}

function Merges({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const counter = useCounter();
  const { data, error, refetch } = useQuery(mergesQuery(counter.id, person.id));
  const { part } = useMerge([person.id]);
  if (data?.length === 0) return null;

  return (
    <List
      id="merges"
      title={t('record.merges')}
      error={data ? undefined : error}
      onRetry={() => void refetch()}
    >
      {data?.map((merge) => (
        <Entry
          key={merge.id}
          what={t('record.merged', { name: `${merge.firstName ?? ''} ${merge.name ?? ''}`.trim() })}
          at={merge.at}
          also={merge.undoneAt ? undefined : t('record.partUntil', { date: date(merge.until.slice(0, 10)) })}
          gone={merge.undoneAt ? t('record.parted') : undefined}
        >
          {!merge.undoneAt && (
            <Button
              size="small"
              icon="undo"
              pending={part.isPending}
              reason={new Date(merge.until) < new Date() ? t('record.late') : undefined}
              onPress={() => {
                part.mutate(merge.id);
              }}
            >
              {t('record.part')}
            </Button>
          )}
        </Entry>
      ))}
      {part.isError && <Refused error={part.error} />}
    </List>
  );
}

function List({
  id,
  title,
  none,
  error,
  onRetry,
  children,
}: {
  id: string;
  title: string;
  none?: string | undefined;
  error: unknown;
  onRetry: () => void;
  children: ReactNode;
}) {
  return (
    <section aria-labelledby={id} className="grid gap-3">
      <h2 id={id} className="text-lead font-bold">
        {title}
      </h2>
      {error ? <Failed error={error} onRetry={onRetry} /> : none && <p className="text-ink-soft">{none}</p>}
      <ol className="grid">{children}</ol>
    </section>
  );
}

function Entry({
  what,
  at,
  also,
  gone,
  children,
}: {
  what: string;
  at: string;
  also?: string | undefined;
  gone: string | undefined;
  children: ReactNode;
}) {
  const { day, time } = useFormat();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:border-t">
      <div className="min-w-0">
        <p data-person className={gone ? 'text-ink-soft line-through' : undefined}>
          {what}
        </p>
        <p className="text-small text-ink-soft">
          {[`${day(at)}, ${time(at)}`, also, gone].filter(Boolean).join(' · ')}
        </p>
      </div>
      <div className="flex flex-wrap items-start gap-2">{children}</div>
    </li>
  );
}
