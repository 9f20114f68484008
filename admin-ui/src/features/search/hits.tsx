import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '@/api/schema.gen';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { Button } from '@/shared/ui/button';
import { Table, type Column } from '@/shared/ui/table';
import { showToast } from '@/shared/ui/toast-store';

type Hit = components['schemas']['Hit'];

/** Who was found. One presses a name to open the person, or chooses several to take their numbers along. */
export function Hits({ people, more }: { people: Hit[]; more: boolean }) {
  const { t } = useTranslation('search');
  const { date } = useFormat();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const every = people.every(({ id }) => chosen.has(id));
  const toggle = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    ids.forEach((id) => (on ? next.add(id) : next.delete(id)));
    setChosen(next);
  };

  const columns: Column<Hit>[] = [
    {
      key: 'choose',
      title: (
        <Tick
          label={t('all')}
          on={every}
          onChange={(on) => {
            toggle(
              people.map(({ id }) => id),
              on,
            );
          }}
        />
      ),
      cell: ({ id, firstName, name }) => (
        <Tick
          label={t('select', { name: `${firstName} ${name}` })}
          on={chosen.has(id)}
          onChange={(on) => {
            toggle([id], on);
          }}
        />
      ),
    },
    {
      key: 'name',
      title: t('found'),
      heading: true,
      cell: ({ id, firstName, name, deceasedOn, address, dateOfBirth }) => (
        <>
          <Link
            to="/passholders/$id"
            params={{ id }}
            data-person
            className="inline-flex min-h-11 items-center font-medium text-act-ink underline-offset-4 hover:underline"
          >
            {firstName} {name}
          </Link>
          {deceasedOn && <span className="text-ink-soft"> · {t('deceased')}</span>}
          <span data-person className="block text-small text-ink-soft sm:hidden">
            {date(dateOfBirth)} · {address.city}
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
      numeric: true,
      cell: ({ uitpasNumber }) => (
        <span data-person>{uitpasNumber ? formatPassNumber(uitpasNumber) : ''}</span>
      ),
    },
  ];
  const numbers = people.flatMap(({ id, uitpasNumber }) =>
    chosen.has(id) && uitpasNumber ? [uitpasNumber] : [],
  );

  return (
    <div className="grid gap-3">
      <p role="status" className="font-medium">
        {more ? t('countMore', { count: people.length }) : t('count', { count: people.length })}
      </p>
      {chosen.size > 0 && (
        <div className="flex flex-wrap items-center gap-3 rounded-control bg-act-soft px-4 py-2">
          <span role="status" className="font-medium">
            {t('chosen', { count: chosen.size })}
          </span>
          <Button
            size="small"
            onPress={async () => {
              await navigator.clipboard.writeText(numbers.join('\n'));
              showToast({ tone: 'ok', text: t('copied'), seconds: 5 });
            }}
          >
            {t('copy')}
          </Button>
          <Button
            size="small"
            kind="quiet"
            onPress={() => {
              setChosen(new Set());
            }}
          >
            {t('clear')}
          </Button>
        </div>
      )}
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

function Tick({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="grid size-11 place-items-center">
      <input
        type="checkbox"
        aria-label={label}
        checked={on}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
        className="size-5 cursor-pointer accent-act"
      />
    </label>
  );
}
