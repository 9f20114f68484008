import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { CardSystem } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { showToast } from '@/shared/ui/toast-store';
import { Refused } from './refused';
import { readCount } from './shipment-state';
import { counterStocks, kinds, type Kind } from './shelves';
import { lookAtStockAgain, shelvesQuery } from './stock-queries';
import { useRequestKey } from './use-request-key';

/** Writes down what is in the drawer; a difference with the books wants a word of explanation. */
export function CountDialog({ system, onClose }: { system: CardSystem; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const keyOf = useRequestKey();
  const client = useQueryClient();
  const shelves = useQuery(shelvesQuery(counter.id)).data ?? [];
  const [kind, setKind] = useState<Kind>('plain');
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const counted = readCount(typed);
  const books =
    counterStocks(shelves, system.id).find(({ counterId }) => counterId === counter.id)?.local[kind] ?? 0;
  const difference = counted === undefined ? 0 : counted - books;
  const explained = difference === 0 || note.trim() !== '';

  const save = useMutation({
    mutationFn: (count: number) => {
      const body = {
        cardSystemId: system.id,
        socialTariff: kind === 'social',
        counted: count,
        ...(note.trim() !== '' && { note: note.trim() }),
      };
      return unwrap(
        api.POST('/api/v1/stock-counts', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(body) } },
          body,
        }),
      );
    },
    onSuccess: () => {
      onClose();
      showToast({ tone: 'ok', text: t('count.saved'), seconds: 6 });
      return lookAtStockAgain(client, counter.id);
    },
  });
  const submit = () => {
    setTried(true);
    if (counted !== undefined && explained && !save.isPending) save.mutate(counted);
  };

  return (
    <Dialog
      open
      title={t('count.title')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" pending={save.isPending} onPress={submit}>
            {t('save')}
          </Button>
        </>
      }
    >
      {save.isError && <Refused error={save.error} />}
      <Choice
        label={t('send.kind')}
        value={kind}
        onChange={setKind}
        options={kinds.map((value) => ({ value, label: t(`stock.kind.${value}`) }))}
      />
      <Field
        label={t('count.how')}
        value={typed}
        onChange={setTyped}
        inputMode="numeric"
        figures
        autoFocus
        error={tried && counted === undefined ? t('receive.countWrong') : null}
        onEnter={submit}
      />
      {counted !== undefined && (
        <Banner
          tone={difference === 0 ? 'ok' : 'warn'}
          live="polite"
          title={
            difference === 0
              ? t('count.rightTitle')
              : difference < 0
                ? t('count.fewerThan', { count: -difference, books })
                : t('count.moreThan', { count: difference, books })
          }
        >
          {difference !== 0 && t(difference < 0 ? 'count.fewerText' : 'count.moreText')}
        </Banner>
      )}
      <Field
        label={t(difference === 0 ? 'send.note' : 'count.why')}
        value={note}
        onChange={setNote}
        maxLength={400}
        optional={difference === 0}
        error={tried && !explained ? t('count.whyMissing') : null}
        onEnter={submit}
      />
    </Dialog>
  );
}
