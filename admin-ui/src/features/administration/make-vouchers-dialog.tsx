import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { civilDay } from '@/shared/format/date';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { csvOf, download, fileName } from './csv';
import { Refused } from './refused';
import type { VoucherType } from './types';
import { useRequestKey } from './use-request-key';
import { MOST, readNumber } from './voucher-state';
import { voucherTypesKey, vouchersKey } from './voucher-queries';

/** Makes vouchers with new numbers, and hands the numbers over as a file. */
export function MakeVouchersDialog({ type, onClose }: { type: VoucherType; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const keyOf = useRequestKey();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const number = readNumber(typed);
  const make = useMutation({
    mutationFn: (count: number) =>
      unwrap(
        api.POST('/api/v1/voucher-types/{voucherTypeId}/vouchers', {
          params: {
            header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf({ count }) },
            path: { voucherTypeId: type.id },
          },
          body: { number: count },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: voucherTypesKey(counter.id) }),
        client.invalidateQueries({ queryKey: vouchersKey(counter.id, type.id) }),
      ]),
  });
  const made = make.data?.numbers;
  const submit = () => {
    setTried(true);
    if (number !== undefined && !make.isPending) make.mutate(number);
  };

  if (made) {
    return (
      <Dialog
        open
        title={t('vouchers.madeTitle', { count: made.length })}
        onClose={onClose}
        actions={
          <>
            <Button onPress={onClose}>{t('close')}</Button>
            <Button
              kind="act"
              icon="down"
              autoFocus
              onPress={() => {
                download(
                  fileName('vouchers', type.name, civilDay(new Date())),
                  csvOf(t('vouchers.number'), made),
                );
              }}
            >
              {t('vouchers.download')}
            </Button>
          </>
        }
      >
        <p>{t('vouchers.madeText')}</p>
        <ul className="grid gap-1 rounded-control bg-sunken px-4 py-3 tabular-nums">
          {made.slice(0, 3).map((one) => (
            <li key={one}>{one}</li>
          ))}
          {made.length > 3 && (
            <li className="text-ink-soft">{t('vouchers.more', { count: made.length - 3 })}</li>
          )}
        </ul>
      </Dialog>
    );
  }

  return (
    <Dialog
      open
      title={t('vouchers.makeTitle', { name: type.name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" pending={make.isPending} onPress={submit}>
            {t('vouchers.make')}
          </Button>
        </>
      }
    >
      {make.isError && <Refused error={make.error} />}
      <Field
        label={t('vouchers.howMany')}
        help={t('vouchers.howManyHelp', { prefix: type.prefix })}
        value={typed}
        onChange={setTyped}
        inputMode="numeric"
        figures
        autoFocus
        error={tried && number === undefined ? t('vouchers.howManyWrong', { most: MOST }) : null}
        onEnter={submit}
      />
    </Dialog>
  );
}
