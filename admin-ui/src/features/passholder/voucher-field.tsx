import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { KeptVoucher } from '@/shared/voucher/kept-voucher';

export type Hold = components['schemas']['VoucherHold'];

/** A voucher is kept as soon as it is named, so that nobody else uses it meanwhile; leaving the page frees it. */
export function VoucherField({
  cardSystemId,
  value,
  error,
  sold,
  onChange,
}: {
  cardSystemId: number;
  value: Hold | undefined;
  /** What stands against it now. */
  error: string | undefined;
  /** The sale is made: the voucher is spent and is no longer ours to free. */
  sold: boolean;
  onChange: (hold: Hold | undefined) => void;
}) {
  const { t } = useTranslation('profile');
  const { time } = useFormat();
  const failure = useFailure();
  const counter = useCounter();
  const [typed, setTyped] = useState('');
  const header = { 'X-Counter': counter.id };
  const hold = useMutation({
    mutationFn: (number: string) =>
      unwrap(api.POST('/api/v1/voucher-holds', { params: { header }, body: { number, cardSystemId } })),
    onSuccess: (held) => {
      setTyped('');
      onChange(held);
    },
  });
  const free = useRef<() => void>(undefined);
  useEffect(() => {
    free.current = value && !sold ? () => void release(counter.id, value.id) : undefined;
  });
  useEffect(() => () => free.current?.(), []);

  if (value) {
    return (
      <KeptVoucher
        name={value.typeName}
        number={value.number}
        until={t('voucher.kept', { time: time(value.expiresAt) })}
        error={error}
        remove={t('voucher.remove')}
        onRemove={() => {
          void release(counter.id, value.id);
          onChange(undefined);
        }}
      />
    );
  }
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() && !hold.isPending) hold.mutate(typed.trim());
      }}
    >
      <Field
        label={t('sale.voucher')}
        help={t('sale.voucherHelp')}
        value={typed}
        optional
        figures
        autoComplete="off"
        maxLength={64}
        onChange={(text) => {
          setTyped(text);
          if (hold.error) hold.reset();
        }}
        error={hold.error ? failure(hold.error).text : undefined}
      />
      {typed.trim() !== '' && (
        <div>
          <Button type="submit" size="small" pending={hold.isPending}>
            {t('voucher.use')}
          </Button>
        </div>
      )}
    </form>
  );
}

// One that is not freed is free by itself within the quarter.
async function release(counterId: string, holdId: string): Promise<void> {
  await api
    .DELETE('/api/v1/voucher-holds/{holdId}', {
      params: { header: { 'X-Counter': counterId }, path: { holdId } },
    })
    .catch(() => undefined);
}
