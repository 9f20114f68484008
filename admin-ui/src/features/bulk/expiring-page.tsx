import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay, daysAhead } from '@/shared/format/date';
import { useFormat } from '@/shared/format/use-format';
import { bulkKinds, mayDo } from '@/shared/selection/bulk-kinds';
import { chooseOnly } from '@/shared/selection/selection';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Select } from '@/shared/ui/select';
import { Loading } from '@/shared/ui/skeleton';
import { Table, type Column } from '@/shared/ui/table';
import { Tick } from '@/shared/ui/tick';
import { Closed } from './closed';
import { expiringQuery, type Expiring } from './expiring-query';
import { Head } from './head';

const spans = ['ended', '14', '30', '60', '90'] as const;
type Span = (typeof spans)[number];
const DAY_MS = 86_400_000;

/** Whose social tariff ends soon, or has just ended: to remind them, or to renew it for many at once. */
export function ExpiringPage() {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  const [chosen, setChosen] = useState<number>();
  const [span, setSpan] = useState<Span>('60');
  const system = counter.cardSystems.find(({ id }) => id === chosen) ?? counter.cardSystems[0];
  if (!counter.permissions.includes('PASSHOLDERS_WRITE_SOCIALTARIFF') || !system)
    return <Closed what={t('expiring.title')} />;
  return (
    <div className="mx-auto grid w-full max-w-5xl gap-6">
      <Head title={t('expiring.title')}>{t('expiring.lead')}</Head>
      <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
        {counter.cardSystems.length > 1 && (
          <Select
            label={t('field.system')}
            value={String(system.id)}
            options={counter.cardSystems.map(({ id, name }) => ({ value: String(id), label: name }))}
            onChange={(value) => {
              setChosen(Number(value));
            }}
          />
        )}
        <Select
          label={t('expiring.span')}
          value={span}
          onChange={(value) => {
            setSpan(value as Span);
          }}
          options={spans.map((value) => ({
            value,
            label: value === 'ended' ? t('expiring.ended') : t('expiring.days', { count: Number(value) }),
          }))}
        />
      </div>
      <List key={`${String(system.id)} ${span}`} system={system} span={span} />
    </div>
  );
}

/** The days that a choice means; what ended is looked at for a month. */
function periodOf(span: Span, now: Date) {
  const day = (ahead: number) => civilDay(new Date(now.getTime() + ahead * DAY_MS));
  return span === 'ended' ? { from: day(-30), until: day(-1) } : { from: day(0), until: day(Number(span)) };
}

function List({ system, span }: { system: CardSystem; span: Span }) {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  const navigate = useNavigate();
  const [period] = useState(() => periodOf(span, new Date()));
  const query = useInfiniteQuery(expiringQuery(counter.id, system.id, period));
  const people = query.data?.pages.flatMap(({ member }) => member) ?? [];
  const total = query.data?.pages[0]?.totalItems ?? 0;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = people.filter(({ passholderId }) => !left.has(passholderId));
  const [renew] = bulkKinds;
  const toggle = (ids: readonly string[], on: boolean) => {
    const next = new Set(left);
    ids.forEach((id) => (on ? next.delete(id) : next.add(id)));
    setLeft(next);
  };

  const columns = useColumns(people, left, toggle);

  if (query.isPending) return <Loading lines={6} />;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (people.length === 0) {
    return (
      <EmptyState icon="done" title={t('expiring.none')}>
        {t('expiring.noneText')}
      </EmptyState>
    );
  }
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p role="status" className="font-medium">
          {t('expiring.count', { count: total })}
          {chosen.length < people.length && ` · ${t('expiring.chosen', { count: chosen.length })}`}
        </p>
        <Button
          kind="act"
          reason={
            !mayDo(renew, counter.permissions)
              ? t('expiring.oneByOne')
              : chosen.length === 0
                ? t('whom.nobody')
                : undefined
          }
          onPress={() => {
            chooseOnly(
              counter.id,
              chosen.map(({ passholderId, firstName, name }) => ({ id: passholderId, firstName, name })),
            );
            void navigate({
              to: '/bulk/new/$kind',
              params: { kind: renew.place },
              search: { system: system.id },
            });
          }}
        >
          {t('expiring.renew', { count: chosen.length })}
        </Button>
      </div>
      <Table
        caption={t('expiring.title')}
        rows={people}
        rowKey={({ passholderId }) => passholderId}
        selected={({ passholderId }) => !left.has(passholderId)}
        columns={columns}
      />
      {query.hasNextPage && (
        <div className="flex flex-wrap items-center gap-4">
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
          <span className="text-ink-soft">{t('expiring.shown', { count: people.length, total })}</span>
        </div>
      )}
    </div>
  );
}

function useColumns(
  people: readonly Expiring[],
  left: ReadonlySet<string>,
  toggle: (ids: readonly string[], on: boolean) => void,
): Column<Expiring>[] {
  const { t } = useTranslation('bulk');
  const { date } = useFormat();
  const ids = people.map(({ passholderId }) => passholderId);
  const ends = ({ until }: Expiring) => {
    const days = daysAhead(new Date(`${until}T12:00:00Z`), new Date());
    return (
      <span data-person className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {date(until)}
        <Badge tone={days < 0 ? 'stop' : days <= 14 ? 'warn' : 'plain'}>
          {days < 0
            ? t('expiring.ago', { count: -days })
            : days === 0
              ? t('expiring.today')
              : t('expiring.in', { count: days })}
        </Badge>
      </span>
    );
  };
  return [
    {
      key: 'choose',
      title: (
        <Tick
          label={t('expiring.all')}
          on={ids.every((id) => !left.has(id))}
          onChange={(on) => {
            toggle(ids, on);
          }}
        />
      ),
      cell: ({ passholderId, firstName, name }) => (
        <Tick
          label={t('expiring.select', { name: `${firstName} ${name}` })}
          on={!left.has(passholderId)}
          onChange={(on) => {
            toggle([passholderId], on);
          }}
        />
      ),
    },
    {
      key: 'name',
      title: t('rows.person'),
      heading: true,
      cell: (one) => (
        <span className="grid justify-items-start">
          <Link
            to="/passholders/$id"
            params={{ id: one.passholderId }}
            data-person
            className="inline-flex min-h-11 items-center font-medium text-act-ink underline-offset-4 hover:underline"
          >
            {one.firstName} {one.name}
          </Link>
          <span className="text-small font-normal sm:hidden">{ends(one)}</span>
        </span>
      ),
    },
    { key: 'city', title: t('field.city'), minor: true, cell: ({ city }) => <span data-person>{city}</span> },
    {
      key: 'email',
      title: t('expiring.email'),
      minor: true,
      cell: ({ email }) => (
        <span data-person className="break-all">
          {email ?? <span className="text-ink-soft">{t('expiring.noEmail')}</span>}
        </span>
      ),
    },
    { key: 'until', title: t('field.until'), minor: true, cell: ends },
  ];
}
