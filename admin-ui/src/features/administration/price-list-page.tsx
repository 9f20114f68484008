import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { civilDay } from '@/shared/format/date';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { Head } from './head';
import { BackLink } from './place-link';
import type { PriceList } from './types';
import { PricePreviewTable } from './price-preview-table';
import { standing } from './price-rows';
import { previewQuery, priceKey, priceListQuery } from './price-queries';
import { useVoucherName } from './use-voucher-name';

/** One price list as people read it, and what can be done with it. */
export function PriceListPage({ id }: { id: string }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const query = useQuery(priceListQuery(counter.id, id));
  return (
    <>
      <BackLink to="prices">{t('section.prices')}</BackLink>
      {query.isPending && <Loading lines={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Shown list={query.data} />}
    </>
  );
}

function Shown({ list }: { list: PriceList }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const navigate = useNavigate();
  const { date } = useFormat();
  const voucherName = useVoucherName();
  const preview = useQuery(previewQuery(counter.id, list.rows ?? []));
  const [asking, setAsking] = useState(false);
  const remove = useDelete(list);
  const state = standing(list, civilDay(new Date()));
  const go = (place: string) => void navigate({ to: '/administration/$', params: { _splat: place } });
  const from = list.validFrom ? t('prices.from', { date: date(list.validFrom) }) : t('prices.always');
  const until = list.validUntil ? t('prices.until', { date: date(list.validUntil) }) : '';

  return (
    <>
      <Head
        title={list.name || t('prices.nameless')}
        acts={
          <>
            {state === 'coming' && (
              <>
                <Button
                  kind="quiet"
                  onPress={() => {
                    setAsking(true);
                  }}
                >
                  {t('prices.delete')}
                </Button>
                <Button
                  onPress={() => {
                    go(`prices/edit/${list.id}`);
                  }}
                >
                  {t('change')}
                </Button>
              </>
            )}
            <Button
              kind="act"
              onPress={() => {
                go(`prices/copy/${list.id}`);
              }}
            >
              {t('prices.copyToNew')}
            </Button>
          </>
        }
      >
        {[from, until].filter(Boolean).join(' ')} · {t(`prices.state.${state}`)}
        {state !== 'coming' && `. ${t('prices.fixed')}`}
      </Head>
      {preview.isPending && <Loading lines={6} />}
      {preview.isError && <Failed error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data && <PricePreviewTable cells={preview.data.cells} voucherName={voucherName} />}
      <Dialog
        question
        open={asking}
        title={t('prices.deleteTitle')}
        onClose={() => {
          setAsking(false);
        }}
        actions={
          <>
            <Button
              autoFocus
              onPress={() => {
                setAsking(false);
              }}
            >
              {t('keep')}
            </Button>
            <Button
              kind="stop"
              pending={remove.isPending}
              onPress={() => {
                remove.mutate();
              }}
            >
              {t('prices.delete')}
            </Button>
          </>
        }
      >
        <p>{t('prices.deleteText')}</p>
      </Dialog>
    </>
  );
}

function useDelete(list: PriceList) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const navigate = useNavigate();
  const failure = useFailure();
  return useMutation({
    mutationFn: () =>
      unwrap(
        api.DELETE('/api/v1/price-lists/{priceListId}', {
          params: {
            header: { 'X-Counter': counter.id },
            path: { priceListId: list.id },
            query: { version: list.version },
          },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: '/administration/$', params: { _splat: 'prices' } });
      showToast({ tone: 'ok', text: t('prices.deleted'), seconds: 6 });
      return client.invalidateQueries({ queryKey: priceKey(counter.id), exact: true });
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: text || title });
    },
  });
}
