import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PointsEntry } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { EmptyState } from '@/shared/ui/empty-state';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading, Skeleton } from '@/shared/ui/skeleton';
import { Table, type Column } from '@/shared/ui/table';
import { BalanceFigure } from './balance';
import { passholderQuery, pointsQuery } from './queries';
import { useUndo } from './use-undo';

/** Every point saved and taken back, with the balance after each, so that anybody can explain it. */
export function PointsPage() {
  const { id = '' } = useParams({ strict: false });
  return <History key={id} id={id} />;
}

function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const counter = useCounter();
  const person = useQuery(passholderQuery(counter.id, id)).data;
  const query = useInfiniteQuery(pointsQuery(counter.id, id));
  const columns = useColumns(id);
  const last = query.data?.pages.at(-1);
  const entries = query.data?.pages.flatMap((page) => page.member) ?? [];

  return (
    <div className="mx-auto grid max-w-5xl gap-6">
      <p>
        <Link
          to="/passholders/$id"
          params={{ id }}
          className="inline-flex min-h-11 items-center gap-2 font-medium text-act-ink underline-offset-4 hover:underline"
        >
          <Icon name="back" />
          {t('points.back')}
        </Link>
      </p>
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <div>
          <PageHeading className="text-title font-bold sm:text-display">{t('points.title')}</PageHeading>
          <p data-person className="text-lead text-ink-soft">
            {person ? `${person.firstName} ${person.name}` : <Skeleton className="my-1 w-48" />}
          </p>
        </div>
        {last && <BalanceFigure points={last} />}
      </div>
      {query.isPending && <Loading lines={6} />}
      {query.isError && entries.length === 0 && (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && (
        <Table
          flows
          caption={t('points.title')}
          columns={columns}
          rows={entries}
          rowKey={(entry) => entry.id}
          empty={
            <EmptyState icon="spark" title={t('points.none')}>
              {t('points.noneText')}
            </EmptyState>
          }
        />
      )}
      {query.hasNextPage && (
        <div>
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('points.more')}
          </Button>
        </div>
      )}
    </div>
  );
}

function useColumns(passholderId: string): Column<PointsEntry>[] {
  const { t } = useTranslation();
  const { day, time } = useFormat();
  const undo = useUndo(passholderId);
  const what = ({ kind, title }: PointsEntry) => {
    if (kind === 'REVERSAL') return t('points.takenBack', { title });
    if (kind === 'TAKEN_OVER') return t('points.takenOver');
    if (kind === 'MERGED') return t('points.merged');
    return kind === 'SPENDING' && !title ? t('points.spent') : title;
  };
  return [
    {
      key: 'what',
      title: t('points.what'),
      heading: true,
      cell: (entry) => (
        <>
          <span className="block">{what(entry)}</span>
          <span className="block text-small font-normal text-ink-soft sm:hidden">
            {day(entry.at)}, {time(entry.at)} · {t('points.balanceAfter', { count: entry.balanceAfter })}
            <WhyNot entry={entry} />
          </span>
        </>
      ),
    },
    {
      key: 'when',
      title: t('points.when'),
      minor: true,
      cell: (entry) => (
        <time dateTime={entry.at}>
          <span className="whitespace-nowrap">{day(entry.at)},</span>{' '}
          <span className="whitespace-nowrap">{time(entry.at)}</span>
        </time>
      ),
    },
    { key: 'where', title: t('points.where'), minor: true, cell: (entry) => entry.organizerName },
    {
      key: 'points',
      title: t('points.points'),
      numeric: true,
      cell: (entry) => (
        <span className={classes('font-bold', entry.points > 0 ? 'text-points-ink' : 'text-ink')}>
          {signed(entry.points)}
        </span>
      ),
    },
    {
      key: 'balance',
      title: t('points.balance'),
      numeric: true,
      minor: true,
      cell: (entry) => entry.balanceAfter.toString().replace('-', '−'),
    },
    {
      key: 'undo',
      title: <span className="sr-only">{t('undo.button')}</span>,
      numeric: true,
      cell: (entry) => <Undo entry={entry} undo={undo} />,
    },
  ];
}

function Undo({ entry, undo }: { entry: PointsEntry; undo: ReturnType<typeof useUndo> }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot(entry);
  const { checkinId } = entry;
  if (entry.kind !== 'CHECKIN' || !entry.undo || !checkinId) return null;
  if (whyNot) {
    return <span className="text-small whitespace-normal text-ink-soft max-sm:hidden">{whyNot}</span>;
  }
  return (
    <Button
      kind="quiet"
      size="small"
      icon="undo"
      pending={undo.isPending && undo.variables === checkinId}
      onPress={() => {
        undo.mutate(checkinId);
      }}
    >
      <span className="max-md:sr-only">{t('undo.button')}</span>
      <span className="sr-only">: {entry.title}</span>
    </Button>
  );
}

/** On a narrow screen the reason has no column of its own. */
function WhyNot({ entry }: { entry: PointsEntry }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot(entry);
  if (!whyNot) return null;
  return (
    <span className="block">
      {t('undo.button')}: {whyNot}
    </span>
  );
}

/** Why a point cannot be taken back here; undefined where it can, or where nobody would. */
function useWhyNot({ kind, undo }: PointsEntry): string | undefined {
  const { t } = useTranslation();
  const { text } = useFormat();
  if (kind !== 'CHECKIN' || !undo || undo.allowed) return undefined;
  // The right is at the counter of the activity: say where, not only that it is missing.
  if (undo.code === 'forbidden') return t('undo.elsewhere');
  return undo.message ? text(undo.message) : t('undo.notAllowed');
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : `−${Math.abs(points)}`;
}
