import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { DateField } from '@/shared/ui/date-field';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { Switch } from '@/shared/ui/switch';
import { Refused } from './refused';
import type { VoucherType } from './types';
import { readNumber } from './voucher-state';
import { voucherTypesKey } from './voucher-queries';

/** Makes an action that gives vouchers, or changes one. */
export function VoucherTypeDialog({
  systemId,
  type,
  onSaved,
  onClose,
}: {
  systemId: number;
  type?: VoucherType;
  onSaved: (type: VoucherType) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const [name, setName] = useState(type?.name ?? '');
  const [prefix, setPrefix] = useState(type?.prefix ?? '');
  const [from, setFrom] = useState(type?.validFrom ?? null);
  const [until, setUntil] = useState(type?.validUntil ?? null);
  const [uses, setUses] = useState(String(type?.maxUses ?? 1));
  const [closed, setClosed] = useState(type?.closed ?? false);
  const [seen] = useState(type); // a newer one is not overwritten unseen
  const [tried, setTried] = useState(false);
  const maxUses = readNumber(uses);

  const look = () => client.invalidateQueries({ queryKey: voucherTypesKey(counter.id) });
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/voucher-types', {
          params: { header: { 'X-Counter': counter.id } },
          body: {
            ...(seen && { id: seen.id, version: seen.version }),
            cardSystemId: systemId,
            name: name.trim(),
            prefix: prefix.trim(),
            maxUses: maxUses ?? 1,
            closed,
            ...(from && { validFrom: from }),
            ...(until && { validUntil: until }),
          },
        }),
      ),
    onSuccess: async (saved) => {
      await look();
      onSaved(saved);
    },
    onError: look,
  });
  const missing = (value: string) => (tried && value.trim() === '' ? t('missing') : null);
  const submit = () => {
    setTried(true);
    if (name.trim() !== '' && prefix.trim() !== '' && maxUses !== undefined && !save.isPending) save.mutate();
  };

  return (
    <Dialog
      open
      wide
      title={type ? t('vouchers.changeTitle') : t('vouchers.newTitle')}
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
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        <div className="sm:col-span-2">
          <Field
            label={t('vouchers.name')}
            help={t('vouchers.nameHelp')}
            value={name}
            onChange={setName}
            maxLength={200}
            autoFocus
            error={missing(name)}
            onEnter={submit}
          />
        </div>
        <DateField label={t('vouchers.validFrom')} value={from} onChange={setFrom} optional />
        <DateField label={t('vouchers.validUntil')} value={until} onChange={setUntil} optional />
        <Field
          label={t('vouchers.prefixLong')}
          help={t('vouchers.prefixHelp')}
          value={prefix}
          onChange={setPrefix}
          maxLength={8}
          readOnly={type !== undefined}
          figures
          error={missing(prefix)}
          onEnter={submit}
        />
        <Field
          label={t('vouchers.maxUses')}
          value={uses}
          onChange={setUses}
          inputMode="numeric"
          figures
          error={tried && maxUses === undefined ? t('vouchers.numberWrong') : null}
          onEnter={submit}
        />
      </div>
      {type && (
        <Switch on={closed} onChange={setClosed} help={t('vouchers.closeHelp')}>
          {t('vouchers.close')}
        </Switch>
      )}
    </Dialog>
  );
}
