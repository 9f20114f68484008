import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { showToast } from '@/shared/ui/toast-store';
import { importCards } from './card-import';
import { Expected } from './expected';
import { Head } from './head';
import { ImportDialog } from './import-dialog';
import { PlaceLink } from './place-link';
import { SendDialog } from './send-dialog';
import { counterStocks, kinds, regionStock, type CounterStock, type Kind } from './shelves';
import { lookAtStockAgain, shelvesQuery } from './stock-queries';
import type { Shelf } from './types';
import { useCounterName } from './use-counter-name';

type Open = 'import' | { to?: string };

/** How many cards are where, who has too few, and the ways to mend that. */
export function StockPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const { text } = useFormat();
  const counter = useCounter();
  const client = useQueryClient();
  const query = useQuery(shelvesQuery(counter.id));
  const [open, setOpen] = useState<Open>();
  const regional = counter.permissions.includes('CARDS_WRITE');
  const close = () => {
    setOpen(undefined);
  };

  return (
    <>
      <Head
        title={t('stock.view.all')}
        acts={
          <>
            {regional && (
              <Button
                onPress={() => {
                  setOpen('import');
                }}
              >
                {t('stock.import')}
              </Button>
            )}
            <Button
              kind="act"
              onPress={() => {
                setOpen({});
              }}
            >
              {t('stock.send')}
            </Button>
          </>
        }
      >
        {t(regional ? 'stock.lead' : 'stock.leadHere', { system: system.name, counter: counter.name })}
      </Head>
      <Expected />
      {query.isPending && <Loading lines={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <Shelves
          shelves={query.data}
          system={system}
          regional={regional}
          onSend={(to) => {
            setOpen({ to });
          }}
        />
      )}
      {open === 'import' && (
        <ImportDialog
          title={t('stock.importTitle', { system: system.name })}
          lead={t('stock.importLead')}
          run={(list, dryRun, onProgress) =>
            importCards({ counterId: counter.id, cardSystemId: system.id }, list, dryRun, text, onProgress)
          }
          onClose={close}
          onDone={({ taken }) => {
            close();
            showToast({ tone: 'ok', text: t('stock.imported', { count: taken }), seconds: 6 });
            void lookAtStockAgain(client, counter.id);
          }}
        />
      )}
      {open !== undefined && open !== 'import' && <SendDialog system={system} to={open.to} onClose={close} />}
    </>
  );
}

function Shelves({
  shelves,
  system,
  regional,
  onSend,
}: {
  shelves: Shelf[];
  system: CardSystem;
  regional: boolean;
  onSend: (to: string) => void;
}) {
  const { t } = useTranslation('administration');
  const nameOf = useCounterName();
  const region = regionStock(shelves, system.id);
  const stocks = counterStocks(shelves, system.id);
  const short = stocks.filter(({ low }) => low.length > 0);

  return (
    <>
      {regional && <Region stock={region} />}
      {short.length > 0 && <Short short={short} regional={regional} nameOf={nameOf} />}
      <Table
        caption={t('stock.counters')}
        rows={stocks}
        rowKey={({ counterId }) => counterId}
        columns={[
          {
            key: 'counter',
            title: t('stock.counter'),
            heading: true,
            cell: (stock) => (
              <span className="grid justify-items-start gap-1">
                {nameOf(stock.counterId)}
                <span className="text-small font-normal text-ink-soft sm:hidden">
                  {[
                    ...kinds.map((kind) => `${String(stock.local[kind])} ${t(`stock.kind.${kind}`)}`),
                    stock.sent > 0 && t('stock.underwayCount', { count: stock.sent }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                <span className="sm:hidden">
                  <Standing stock={stock} />
                </span>
              </span>
            ),
          },
          ...kinds.map((kind) => ({
            key: kind,
            title: t(`stock.kind.${kind}`),
            numeric: true,
            minor: true,
            cell: ({ local }: CounterStock) => local[kind],
          })),
          {
            key: 'sent',
            title: t('stock.underway'),
            numeric: true,
            minor: true,
            cell: ({ sent }) => sent || <span className="text-ink-soft">–</span>,
          },
          {
            key: 'state',
            title: t('state'),
            minor: true,
            cell: (stock) => <Standing stock={stock} />,
          },
          {
            key: 'acts',
            title: <span className="sr-only">{t('acts')}</span>,
            numeric: true,
            minor: true,
            cell: ({ counterId }) =>
              regional && (
                <Button
                  kind="quiet"
                  size="small"
                  className="-my-2"
                  onPress={() => {
                    onSend(counterId);
                  }}
                >
                  {t('stock.sendShort')}
                  <span className="sr-only"> {nameOf(counterId)}</span>
                </Button>
              ),
          },
        ]}
        empty={
          <EmptyState icon="card" title={t('stock.none')}>
            {t(regional ? 'stock.noneText' : 'stock.noneHere')}
          </EmptyState>
        }
      />
    </>
  );
}

function Standing({ stock: { low } }: { stock: CounterStock }) {
  const { t } = useTranslation('administration');
  return (
    <Badge tone={low.length > 0 ? 'warn' : 'ok'}>
      <span className="whitespace-nowrap">{t(low.length > 0 ? 'stock.few' : 'stock.enough')}</span>
    </Badge>
  );
}

function Region({ stock }: { stock: Record<Kind, number> }) {
  const { t } = useTranslation('administration');
  const { language } = useFormat();
  return (
    <section
      aria-labelledby="region"
      className="flex flex-wrap items-center gap-x-10 gap-y-4 rounded-card border border-line bg-surface p-5"
    >
      <h2 id="region" className="font-bold">
        {t('stock.region')}
      </h2>
      <dl className="flex gap-x-10">
        {kinds.map((kind) => (
          <div key={kind} className="grid">
            <dt className="text-small text-ink-soft">{t(`stock.kind.${kind}`)}</dt>
            <dd className="order-first text-title leading-tight font-bold tabular-nums">
              {stock[kind].toLocaleString(language)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Who has too few cards, of which kind, and where the warning comes from. */
function Short({
  short,
  regional,
  nameOf,
}: {
  short: CounterStock[];
  regional: boolean;
  nameOf: (id: string) => string;
}) {
  const { t } = useTranslation('administration');
  const { permissions } = useCounter();
  const wanted = short[0]?.wanted ?? 0;
  return (
    <Banner
      tone="warn"
      title={
        regional ? t('stock.short', { count: short.length, wanted }) : t('stock.shortHere', { count: wanted })
      }
    >
      <ul>
        {short.slice(0, 5).map(({ counterId, low, local }) => (
          <li key={counterId}>
            {nameOf(counterId)}:{' '}
            {low.map((kind) => t(`stock.left.${kind}`, { count: local[kind] })).join(', ')}
          </li>
        ))}
        {short.length > 5 && <li>{t('stock.shortMore', { count: short.length - 5 })}</li>}
      </ul>
      {permissions.includes('CARDSYSTEMS_WRITE') && (
        <p className="mt-2">
          <PlaceLink to="settings">{t('stock.setLow')}</PlaceLink>
        </p>
      )}
    </Banner>
  );
}
