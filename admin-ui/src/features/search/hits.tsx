import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { choose, useSelection } from '@/shared/selection/selection';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Table, type Column } from '@/shared/ui/table';
import { Tick } from '@/shared/ui/tick';
import type { Hit } from './use-hits';

/** Who was found. One presses a name to open the person, or chooses several to do something for all. */
export function Hits({ people, more, acts }: { people: Hit[]; more: boolean; acts?: ReactNode }) {
  const { t } = useTranslation('search');
  const { date } = useFormat();
  const counter = useCounter();
  const chosen = useSelection(counter.id);

  const columns: Column<Hit>[] = [
    {
      key: 'choose',
      title: (
        <Tick
          label={t('all')}
          on={people.every(({ id }) => chosen.has(id))}
          onChange={(on) => {
            choose(counter.id, people, on);
          }}
        />
      ),
      cell: (hit) => (
        <Tick
          label={t('select', { name: `${hit.firstName} ${hit.name}` })}
          on={chosen.has(hit.id)}
          onChange={(on) => {
            choose(counter.id, [hit], on);
          }}
        />
      ),
    },
    {
      key: 'name',
      title: t('found'),
      heading: true,
      cell: (hit) => (
        <>
          <Link
            to="/passholders/$id"
            params={{ id: hit.id }}
            data-person
            className="inline-flex min-h-11 items-center font-medium text-act-ink underline-offset-4 hover:underline"
          >
            {hit.firstName} {hit.name}
          </Link>
          {hit.deceasedOn && <span className="text-ink-soft"> · {t('deceased')}</span>}
          <span data-person className="block text-small font-normal text-ink-soft sm:hidden">
            {date(hit.dateOfBirth)} · {hit.address.city}
          </span>
          <span className="block sm:hidden">
            <Standing hit={hit} />
          </span>
        </>
      ),
    },
    {
      key: 'born',
      title: t('born'),
      minor: true,
      cell: ({ dateOfBirth }) => <span data-person>{date(dateOfBirth)}</span>,
    },
    {
      key: 'address',
      title: t('address'),
      minor: true,
      cell: ({ address: { street, postalCode, city } }) => (
        <span data-person>
          {street && `${street}, `}
          {postalCode} {city}
        </span>
      ),
    },
    {
      key: 'number',
      title: t('number'),
      minor: true,
      cell: (hit) => (
        <span className="grid justify-items-start gap-0.5">
          {hit.uitpasNumber && (
            <span data-person className="whitespace-nowrap tabular-nums">
              {formatPassNumber(hit.uitpasNumber)}
            </span>
          )}
          <Standing hit={hit} />
        </span>
      ),
    },
  ];

  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <p role="status" className="font-medium">
          {more ? t('countMore', { count: people.length }) : t('count', { count: people.length })}
        </p>
        {acts}
      </div>
      <Table
        caption={t('found')}
        columns={columns}
        rows={people}
        rowKey={({ id }) => id}
        selected={({ id }) => chosen.has(id)}
      />
    </div>
  );
}

/** What keeps somebody's pass from working, if anything does. */
function Standing({ hit: { uitpasNumber, cards, memberships } }: { hit: Hit }) {
  const { t } = useTranslation('search');
  const card = cards.find((one) => one.uitpasNumber === uitpasNumber);
  if (card?.status === 'BLOCKED') return <Badge tone="stop">{t('blocked')}</Badge>;
  if (!memberships.some(({ status }) => status === 'ACTIVE'))
    return <Badge tone="warn">{t('noMember')}</Badge>;
  if (!card) return <Badge>{t('noCard')}</Badge>;
  return null;
}
