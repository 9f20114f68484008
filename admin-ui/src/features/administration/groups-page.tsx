import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay } from '@/shared/format/date';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { GroupCardDialog } from './group-card-dialog';
import { GroupDialog } from './group-dialog';
import { groupsQuery } from './group-queries';
import { Head } from './head';
import type { GroupPass } from './types';
import { useLookingOn } from './use-looking-on';

type Open = { act: 'new' } | { act: 'change' | 'card'; group: GroupPass };

/** Groups with a pass: their turns of this year, until when it works, and its card. */
export function GroupsPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState<Open>();
  const query = useInfiniteQuery(groupsQuery(counter.id, useDeferredValue(typed.trim())));
  const groups =
    query.data?.pages.flatMap(({ member }) => member).filter((one) => one.cardSystemId === system.id) ?? [];
  const looking = useLookingOn(query, groups.length);
  const close = () => {
    setOpen(undefined);
  };

  return (
    <>
      <Head
        title={t('section.groups')}
        acts={
          <Button
            kind="act"
            icon="plus"
            onPress={() => {
              setOpen({ act: 'new' });
            }}
          >
            {t('groups.new')}
          </Button>
        }
      >
        {t('groups.lead', { system: system.name })}
      </Head>
      <div className="sm:max-w-md">
        <Field
          hideLabel
          label={t('groups.search')}
          placeholder={t('groups.search')}
          type="search"
          icon="search"
          value={typed}
          onChange={setTyped}
          autoComplete="off"
        />
      </div>
      {(query.isPending || looking) && <Loading lines={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && !looking && <Groups groups={groups} searched={typed !== ''} onOpen={setOpen} />}
      {query.hasNextPage && !looking && (
        <div>
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
      {open?.act === 'new' && <GroupDialog system={system} onClose={close} />}
      {open?.act === 'change' && <GroupDialog system={system} group={open.group} onClose={close} />}
      {open?.act === 'card' && <GroupCardDialog group={open.group} onClose={close} />}
    </>
  );
}

function Groups({
  groups,
  searched,
  onOpen,
}: {
  groups: GroupPass[];
  searched: boolean;
  onOpen: (open: Open) => void;
}) {
  const { t } = useTranslation('administration');
  return (
    <Table
      caption={t('section.groups')}
      rows={groups}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          title: t('groups.name'),
          heading: true,
          cell: (group) => (
            <span className="grid justify-items-start gap-1">
              <span>{group.name}</span>
              <span className="text-small font-normal text-ink-soft">{group.city}</span>
              <span className="grid gap-1 text-small font-normal sm:hidden">
                <Turns group={group} />
                <Until group={group} />
              </span>
            </span>
          ),
        },
        { key: 'turns', title: t('groups.turns'), minor: true, cell: (group) => <Turns group={group} /> },
        { key: 'until', title: t('groups.until'), minor: true, cell: (group) => <Until group={group} /> },
        {
          key: 'card',
          title: t('groups.card'),
          minor: true,
          cell: ({ uitpasNumber }) =>
            uitpasNumber ? (
              <span className="whitespace-nowrap tabular-nums">{formatPassNumber(uitpasNumber)}</span>
            ) : (
              <span className="text-ink-soft">{t('groups.noCard')}</span>
            ),
        },
        {
          key: 'acts',
          title: <span className="sr-only">{t('acts')}</span>,
          numeric: true,
          cell: (group) => (
            <span className="-my-2 -mr-3 flex flex-col items-end sm:flex-row sm:justify-end">
              <Button
                kind="quiet"
                size="small"
                onPress={() => {
                  onOpen({ act: 'change', group });
                }}
              >
                {t('change')}
                <span className="sr-only"> {group.name}</span>
              </Button>
              <Button
                kind="quiet"
                size="small"
                onPress={() => {
                  onOpen({ act: 'card', group });
                }}
              >
                {t('groups.otherCard')}
                <span className="sr-only"> {group.name}</span>
              </Button>
            </span>
          ),
        },
      ]}
      empty={
        <EmptyState icon="people" title={t(searched ? 'groups.notFound' : 'groups.none')}>
          {t(searched ? 'groups.notFoundText' : 'groups.noneText')}
        </EmptyState>
      }
    />
  );
}

function Turns({ group: { ticketsPerYear, availableTickets } }: { group: GroupPass }) {
  const { t } = useTranslation('administration');
  if (ticketsPerYear === 0) return <span className="text-ink-soft">{t('groups.couponsOnly')}</span>;
  return (
    <span className={availableTickets === 0 ? 'font-medium text-warn-ink' : undefined}>
      {t('groups.turnsLeft', { count: availableTickets, total: ticketsPerYear })}
    </span>
  );
}

function Until({ group: { socialTariffUntil } }: { group: GroupPass }) {
  const { t } = useTranslation('administration');
  const { date } = useFormat();
  if (!socialTariffUntil) return <span className="text-ink-soft">{t('groups.noTariff')}</span>;
  const past = socialTariffUntil < civilDay(new Date());
  return past ? (
    <Badge tone="warn">{t('groups.expired', { date: date(socialTariffUntil) })}</Badge>
  ) : (
    <span>{date(socialTariffUntil)}</span>
  );
}
