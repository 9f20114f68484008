import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import type { PriceConditions, VoucherType } from './types';
import { readEuros, reasons } from './price-rows';

const ANY = '';
const OLDEST = 130;

/** For whom a line of a price list is, and how much they pay. */
export function RowDialog({
  title,
  conditions,
  euros: before,
  types,
  onSave,
  onClose,
}: {
  title: string;
  conditions: PriceConditions;
  euros: string;
  types: readonly VoucherType[];
  onSave: (conditions: PriceConditions, euros: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('administration');
  const [draft, setDraft] = useState(conditions);
  const [from, setFrom] = useState(conditions.ageFrom?.toString() ?? '');
  const [until, setUntil] = useState(conditions.ageUntil?.toString() ?? '');
  const [euros, setEuros] = useState(before);
  const [tried, setTried] = useState(false);

  const put = (change: Partial<Record<keyof PriceConditions, unknown>>) => {
    const told = Object.entries({ ...draft, ...change }).filter(([, value]) => value !== undefined);
    setDraft(Object.fromEntries(told));
  };
  const yesNo = (value: boolean | undefined) => (value === undefined ? ANY : String(value));
  const readYesNo = (value: string) => (value === ANY ? undefined : value === 'true');
  const ages = { ageFrom: readAge(from), ageUntil: readAge(until) };
  const wrongAge =
    ages.ageFrom === null || ages.ageUntil === null
      ? t('row.ageWrong', { oldest: OLDEST })
      : ages.ageFrom !== undefined && ages.ageUntil !== undefined && ages.ageUntil < ages.ageFrom
        ? t('row.ageOrder')
        : null;
  const wrongPrice = readEuros(euros) === undefined ? t('row.priceWrong') : null;

  const save = () => {
    setTried(true);
    if (wrongAge !== null || wrongPrice !== null) return;
    const rest = { ...draft };
    delete rest.ageFrom;
    delete rest.ageUntil;
    onSave(
      {
        ...rest,
        ...(typeof ages.ageFrom === 'number' && { ageFrom: ages.ageFrom }),
        ...(typeof ages.ageUntil === 'number' && { ageUntil: ages.ageUntil }),
      },
      euros.trim(),
    );
  };

  return (
    <Dialog
      open
      wide
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button kind="act" onPress={save}>
            {t('row.save')}
          </Button>
        </>
      }
    >
      <p className="text-ink-soft">{t('row.lead')}</p>
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        <Field
          label={t('row.price')}
          value={euros}
          onChange={setEuros}
          inputMode="decimal"
          figures
          autoFocus
          placeholder="0,00"
          check={(value) => (readEuros(value) === undefined ? t('row.priceWrong') : null)}
          error={tried ? wrongPrice : null}
          onEnter={save}
        />
        <Select
          label={t('row.reason')}
          value={draft.reason ?? ANY}
          options={[
            { value: ANY, label: t('row.anyReason') },
            ...reasons.map((reason) => ({ value: reason, label: upper(t(`reason.${reason}`)) })),
          ]}
          onChange={(value) => {
            put({ reason: value === ANY ? undefined : value });
          }}
        />
        <Field
          label={t('row.ageFrom')}
          value={from}
          onChange={setFrom}
          inputMode="numeric"
          figures
          optional
          error={tried || (from && until) ? wrongAge : null}
          onEnter={save}
        />
        <Field
          label={t('row.ageUntil')}
          value={until}
          onChange={setUntil}
          inputMode="numeric"
          figures
          optional
          onEnter={save}
        />
        <Select
          label={t('row.social')}
          value={yesNo(draft.socialTariff)}
          options={[
            { value: ANY, label: t('row.any') },
            { value: 'true', label: upper(t('who.social')) },
            { value: 'false', label: upper(t('who.notSocial')) },
          ]}
          onChange={(value) => {
            put({ socialTariff: readYesNo(value) });
          }}
        />
        <Select
          label={t('row.resident')}
          value={yesNo(draft.resident)}
          options={[
            { value: ANY, label: t('row.any') },
            { value: 'true', label: upper(t('who.resident')) },
            { value: 'false', label: upper(t('who.notResident')) },
          ]}
          onChange={(value) => {
            put({ resident: readYesNo(value) });
          }}
        />
        <Select
          label={t('row.cardType')}
          value={draft.cardType ?? ANY}
          options={[
            { value: ANY, label: t('row.any') },
            { value: 'NFC_CARD', label: upper(t('who.NFC_CARD')) },
            { value: 'DIGITAL', label: upper(t('who.DIGITAL')) },
          ]}
          onChange={(value) => {
            put({ cardType: value === ANY ? undefined : value });
          }}
        />
        <Select
          label={t('row.voucher')}
          value={draft.voucherTypeId ?? ANY}
          options={[
            { value: ANY, label: t('row.noVoucher') },
            ...types.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(value) => {
            put({ voucherTypeId: value === ANY ? undefined : value });
          }}
        />
      </div>
    </Dialog>
  );
}

// Undefined: none; null: no age.
function readAge(typed: string): number | undefined | null {
  const text = typed.trim();
  if (text === '') return undefined;
  return /^\d{1,3}$/.test(text) && Number(text) <= OLDEST ? Number(text) : null;
}

function upper(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
