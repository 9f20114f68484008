import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { showToast } from '@/shared/ui/toast-store';
import { Head } from './head';
import { leftOf, nextRange, readRange, spellSerial } from './number-ranges';
import { Refused } from './refused';
import { settingsKey, settingsQuery } from './stock-queries';
import type { NumberRange } from './types';

/** Fewer numbers than this, and somebody should add some. */
const FEW = 500;

/** The numbers that digital cards are made with. */
export function NumbersPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const { language } = useFormat();
  const counter = useCounter();
  const query = useQuery(settingsQuery(counter.id, system.id));
  const [adding, setAdding] = useState(false);
  const ranges = query.data?.numberRanges ?? [];
  const left = leftOf(ranges);

  return (
    <>
      <Head
        title={t('stock.view.numbers')}
        acts={
          <Button
            kind="act"
            icon="plus"
            onPress={() => {
              setAdding(true);
            }}
          >
            {t('numbers.add')}
          </Button>
        }
      >
        {t('numbers.lead')}
      </Head>
      {query.isPending && <Loading lines={4} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && ranges.length > 0 && left < FEW && (
        <Banner tone={left === 0 ? 'stop' : 'warn'} title={t('numbers.few', { count: left })}>
          {t(left === 0 ? 'numbers.noneText' : 'numbers.fewText')}
        </Banner>
      )}
      {query.isSuccess && (
        <Table
          caption={t('stock.view.numbers')}
          rows={ranges}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'from',
              title: t('numbers.from'),
              heading: true,
              cell: (range) => (
                <span className="whitespace-nowrap tabular-nums">
                  {spellSerial(range.prefix, range.first)}
                </span>
              ),
            },
            {
              key: 'until',
              title: t('numbers.until'),
              minor: true,
              cell: (range) => (
                <span className="whitespace-nowrap tabular-nums">
                  {spellSerial(range.prefix, range.last)}
                </span>
              ),
            },
            {
              key: 'total',
              title: t('numbers.total'),
              numeric: true,
              minor: true,
              cell: ({ first, last }) => (last - first + 1).toLocaleString(language),
            },
            {
              key: 'left',
              title: t('numbers.left'),
              numeric: true,
              cell: (range) => range.left.toLocaleString(language),
            },
          ]}
          empty={
            <EmptyState icon="card" title={t('numbers.empty')}>
              {t('numbers.noneText')}
            </EmptyState>
          }
        />
      )}
      {adding && (
        <AddDialog
          system={system}
          ranges={ranges}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </>
  );
}

function AddDialog({
  system,
  ranges,
  onClose,
}: {
  system: CardSystem;
  ranges: readonly NumberRange[];
  onClose: () => void;
}) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const next = nextRange(ranges);
  const [prefix, setPrefix] = useState(next.prefix);
  const [first, setFirst] = useState(next.first);
  const [count, setCount] = useState('');
  const [tried, setTried] = useState(false);
  const range = readRange(prefix, first, count);

  const add = useMutation({
    mutationFn: (body: { prefix: string; first: number; last: number }) =>
      unwrap(
        api.POST('/api/v1/card-systems/{cardSystemId}/number-ranges', {
          params: { header: { 'X-Counter': counter.id }, path: { cardSystemId: system.id } },
          body,
        }),
      ),
    onSuccess: ({ left }) => {
      onClose();
      showToast({ tone: 'ok', text: t('numbers.added', { count: left }), seconds: 6 });
      return client.invalidateQueries({ queryKey: settingsKey(counter.id, system.id) });
    },
  });
  const submit = () => {
    setTried(true);
    if (typeof range !== 'string' && !add.isPending) add.mutate(range);
  };
  const wrong = (field: 'prefix' | 'first' | 'count') =>
    tried && range === field ? t(`numbers.wrong.${field}`) : null;

  return (
    <Dialog
      open
      title={t('numbers.addTitle', { system: system.name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" pending={add.isPending} onPress={submit}>
            {t('numbers.add')}
          </Button>
        </>
      }
    >
      {add.isError && <Refused error={add.error} />}
      <Field
        label={t('numbers.prefix')}
        help={t('numbers.prefixHelp')}
        value={prefix}
        onChange={setPrefix}
        inputMode="numeric"
        maxLength={10}
        figures
        error={wrong('prefix')}
        onEnter={submit}
      />
      <Field
        label={t('numbers.first')}
        value={first}
        onChange={setFirst}
        inputMode="numeric"
        figures
        error={wrong('first')}
        onEnter={submit}
      />
      <Field
        label={t('numbers.count')}
        value={count}
        onChange={setCount}
        inputMode="numeric"
        figures
        autoFocus
        error={wrong('count')}
        onEnter={submit}
      />
      {typeof range !== 'string' && (
        <p aria-live="polite" className="text-ink-soft tabular-nums">
          {t('numbers.preview', {
            from: spellSerial(range.prefix, range.first),
            until: spellSerial(range.prefix, range.last),
          })}
        </p>
      )}
    </Dialog>
  );
}
