import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Loading } from '@/shared/ui/skeleton';
import { Table, type Column } from '@/shared/ui/table';
import { Tabs } from '@/shared/ui/tabs';
import { rowsQuery, type Bulk, type BulkRow, type RowState } from './queries';

const states = ['FAILED', 'SKIPPED', 'DONE'] as const;

/** What became of each row: those that went wrong first. */
export function Rows({ bulk }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const [chosen, setChosen] = useState<RowState>(bulk.failed > 0 ? 'FAILED' : 'DONE');
  const count = {
    FAILED: useRows(bulk, 'FAILED').data?.pages[0]?.totalItems,
    SKIPPED: useRows(bulk, 'SKIPPED').data?.pages[0]?.totalItems,
    DONE: useRows(bulk, 'DONE').data?.pages[0]?.totalItems,
  };
  // What nothing came of has no tab.
  const shown = { FAILED: bulk.failed > 0, SKIPPED: (count.SKIPPED ?? 0) > 0, DONE: true };
  return (
    <Tabs
      label={t('rows.title')}
      selected={chosen}
      onSelect={(id) => {
        setChosen(id as RowState);
      }}
      tabs={states
        .filter((state) => shown[state])
        .map((state) => ({
          id: state,
          title: t(bulk.dryRun ? `rows.would.${state}` : `rows.${state}`),
          count: count[state] ?? 0,
          children: <RowsIn state={state} bulk={bulk} />,
        }))}
    />
  );
}

const useRows = (bulk: Bulk, state: RowState) => {
  const counter = useCounter();
  return useInfiniteQuery(rowsQuery(counter.id, bulk.id, state));
};

function RowsIn({ state, bulk }: { state: RowState; bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const { text } = useFormat();
  const query = useRows(bulk, state);
  const rows = query.data?.pages.flatMap(({ member }) => member) ?? [];
  // Who came in for a rehearsal is nobody yet.
  const opens = !(bulk.kind === 'IMPORT' && bulk.dryRun);
  const why = ({ code, message, args }: BulkRow) => (
    <span className="flex flex-wrap items-center gap-x-3">
      {message ? text(message) : code}
      {typeof args?.passholderId === 'string' && (
        <Link
          to="/passholders/$id"
          params={{ id: args.passholderId }}
          className="inline-flex min-h-11 items-center font-medium text-act-ink underline underline-offset-4"
        >
          {t('rows.look')}
        </Link>
      )}
    </span>
  );
  const named = rows.some(({ name }) => name);

  const person = ({ passholderId, firstName, name }: BulkRow) =>
    passholderId &&
    name &&
    (opens ? (
      <Link
        to="/passholders/$id"
        params={{ id: passholderId }}
        data-person
        className="inline-flex min-h-11 items-center font-medium text-act-ink underline-offset-4 hover:underline sm:whitespace-nowrap"
      >
        {firstName} {name}
      </Link>
    ) : (
      <span data-person className="sm:whitespace-nowrap">
        {firstName} {name}
      </span>
    ));
  const columns: Column<BulkRow>[] = [
    {
      key: 'row',
      title: t(bulk.parameters.fromFile ? 'rows.row' : 'rows.place'),
      heading: !named,
      cell: ({ row }) => <span className="tabular-nums">{row}</span>,
    },
    ...(named
      ? [
          {
            key: 'person',
            title: t('rows.person'),
            heading: true,
            cell: (row: BulkRow) => (
              <span className="grid justify-items-start">
                {person(row)}
                {row.code && <span className="text-small font-normal sm:hidden">{why(row)}</span>}
              </span>
            ),
          },
        ]
      : []),
    ...(rows.some(({ code }) => code) ? [{ key: 'why', title: t('rows.why'), minor: named, cell: why }] : []),
  ];

  if (query.isPending) return <Loading lines={4} />;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <p className="py-2 text-ink-soft">{t(`rows.none.${state}`)}</p>;
  return (
    <div className="grid gap-4">
      <Table caption={t('rows.title')} rows={rows} rowKey={({ row }) => String(row)} columns={columns} />
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
