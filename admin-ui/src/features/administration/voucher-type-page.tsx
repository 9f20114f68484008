import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { showToast } from '@/shared/ui/toast-store';
import { Head } from './head';
import { ImportDialog } from './import-dialog';
import { MakeVouchersDialog } from './make-vouchers-dialog';
import { BackLink } from './place-link';
import type { VoucherType } from './types';
import { useValidity } from './use-validity';
import { voucherTypesKey, voucherTypesQuery, vouchersKey, vouchersQuery } from './voucher-queries';
import { voucherState } from './voucher-state';
import { VoucherTypeDialog } from './voucher-type-dialog';

const tone = { free: 'ok', reserved: 'note', used: 'plain', withdrawn: 'stop' } as const;

/** One action with its vouchers: make them, take a printed list, stop one. */
export function VoucherTypePage({ id }: { id: string }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const query = useQuery(voucherTypesQuery(counter.id));
  const type = query.data?.find((one) => one.id === id);
  return (
    <>
      <BackLink to="vouchers">{t('section.vouchers')}</BackLink>
      {query.isPending && <Loading lines={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && !type && <EmptyState icon="search" title={t('vouchers.gone')} />}
      {type && <Shown type={type} />}
    </>
  );
}

function Shown({ type }: { type: VoucherType }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const { text } = useFormat();
  const validity = useValidity();
  const [open, setOpen] = useState<'make' | 'import' | 'change'>();
  const close = () => {
    setOpen(undefined);
  };

  const take = async (list: string, dryRun: boolean) => {
    const { taken, refused } = await unwrap(
      api.POST('/api/v1/voucher-types/{voucherTypeId}/imports', {
        params: { header: { 'X-Counter': counter.id }, path: { voucherTypeId: type.id } },
        body: { list, dryRun },
      }),
    );
    return {
      taken,
      known: 0,
      refusedTotal: refused.length,
      refused: refused.map(({ line, code, message }) => ({ line, text: message ? text(message) : code })),
    };
  };

  return (
    <>
      <Head
        title={type.name}
        acts={
          <>
            <Button
              kind="quiet"
              onPress={() => {
                setOpen('change');
              }}
            >
              {t('change')}
            </Button>
            <Button
              onPress={() => {
                setOpen('import');
              }}
            >
              {t('vouchers.import')}
            </Button>
            <Button
              kind="act"
              reason={type.closed ? t('vouchers.closedWhy') : undefined}
              onPress={() => {
                setOpen('make');
              }}
            >
              {t('vouchers.make')}
            </Button>
          </>
        }
      >
        {t('vouchers.facts', {
          prefix: type.prefix,
          valid: validity(type),
          uses: t('vouchers.usesEach', { count: type.maxUses }),
        })}
      </Head>
      <Vouchers type={type} />
      {open === 'make' && <MakeVouchersDialog type={type} onClose={close} />}
      {open === 'change' && (
        <VoucherTypeDialog systemId={type.cardSystemId} type={type} onSaved={close} onClose={close} />
      )}
      {open === 'import' && (
        <ImportDialog
          title={t('vouchers.importTitle')}
          lead={t('vouchers.importLead', { prefix: type.prefix })}
          run={take}
          onClose={close}
          onDone={({ taken }) => {
            close();
            showToast({ tone: 'ok', text: t('vouchers.imported', { count: taken }), seconds: 6 });
            void client.invalidateQueries({ queryKey: voucherTypesKey(counter.id) });
            void client.invalidateQueries({ queryKey: vouchersKey(counter.id, type.id) });
          }}
        />
      )}
    </>
  );
}

function Vouchers({ type }: { type: VoucherType }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const { date, language } = useFormat();
  const query = useInfiniteQuery(vouchersQuery(counter.id, type.id));
  const withdraw = useWithdraw(type);
  const vouchers = query.data?.pages.flatMap((page) => page.member) ?? [];
  const total = query.data?.pages.at(-1)?.totalItems ?? 0;

  if (query.isPending) return <Loading lines={6} />;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className="grid gap-4">
      <p className="text-small text-ink-soft">
        {t('vouchers.counts', {
          made: total.toLocaleString(language),
          used: type.used.toLocaleString(language),
        })}
      </p>
      <Table
        caption={t('vouchers.list')}
        rows={vouchers}
        rowKey={({ number }) => number}
        columns={[
          {
            key: 'number',
            title: t('vouchers.number'),
            heading: true,
            cell: ({ number }) => <span className="tabular-nums">{number}</span>,
          },
          {
            key: 'state',
            title: t('state'),
            cell: (voucher) => {
              const state = voucherState(voucher);
              return <Badge tone={tone[state]}>{t(`vouchers.state.${state}`)}</Badge>;
            },
          },
          {
            key: 'uses',
            title: t('vouchers.used'),
            numeric: true,
            minor: true,
            cell: ({ used, maxUses }) => t('vouchers.of', { used, maxUses }),
          },
          {
            key: 'made',
            title: t('vouchers.madeOn'),
            minor: true,
            cell: ({ createdAt }) => date(createdAt.slice(0, 10)),
          },
          {
            key: 'acts',
            title: <span className="sr-only">{t('acts')}</span>,
            numeric: true,
            cell: ({ number, withdrawn }) => (
              <Button
                kind="quiet"
                size="small"
                className="-my-2"
                pending={withdraw.isPending && withdraw.variables.number === number}
                onPress={() => {
                  withdraw.mutate({ number, withdrawn: !withdrawn });
                }}
              >
                {withdrawn ? t('vouchers.allow') : t('vouchers.withdraw')}
                <span className="sr-only"> {number}</span>
              </Button>
            ),
          },
        ]}
        empty={
          <EmptyState icon="spark" title={t('vouchers.empty')}>
            {t('vouchers.emptyText')}
          </EmptyState>
        }
      />
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

/** Stops a voucher or lets it work again; either is undone by the other. */
function useWithdraw(type: VoucherType) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const act = useMutation({
    mutationFn: (body: { number: string; withdrawn: boolean }) =>
      unwrap(
        api.POST('/api/v1/voucher-withdrawals', { params: { header: { 'X-Counter': counter.id } }, body }),
      ),
    onSuccess: async (_, { number, withdrawn }) => {
      showToast({
        tone: 'ok',
        text: t(withdrawn ? 'vouchers.withdrawn' : 'vouchers.allowed', { number }),
        undo: () => act.mutateAsync({ number, withdrawn: !withdrawn }),
      });
      await client.invalidateQueries({ queryKey: vouchersKey(counter.id, type.id) });
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: text || title });
    },
  });
  return act;
}
