import { useState } from 'react';
import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { useFailure } from '@/shared/failure/use-failure';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Field } from '@/shared/ui/field';
import { KeptVoucher } from '@/shared/voucher/kept-voucher';
import { Icon } from '@/shared/ui/icon';
import { useWords } from './fields';
import { Explained } from './price';
import { totalOf } from './total';
import { useHold } from './use-hold';
import { useWizard } from './use-wizard';

/** What it costs and why, a voucher, and how it is paid; from here others of the household come along. */
export function PayStep() {
  const { t } = useTranslation('registration');
  const { people, judged, addHousemate } = useWizard();
  const total = totalOf(people, judged);
  return (
    <>
      <Voucher />
      <Explained />
      {total === 0 ? (
        <p className="flex items-center gap-2 font-medium text-ok-ink">
          <Icon name="done" />
          {t('pay.free')}
        </p>
      ) : (
        <PaymentChoice total={total} />
      )}
      {people.length < 12 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line pt-5">
          <Button icon="plus" onPress={addHousemate}>
            {t('household.add')}
          </Button>
          <span className="text-small text-ink-soft">{t('household.addText')}</span>
        </div>
      )}
    </>
  );
}

function PaymentChoice({ total }: { total: number | undefined }) {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { form, people, shown, touch } = useWizard();
  const words = useWords();
  const { field } = useController({ control: form.control, name: 'payment' });
  const amount = total === undefined ? '' : formatEuros(total, language);
  return (
    <Choice
      label={people.length > 1 ? t('pay.howAll', { amount }) : t('pay.how', { amount })}
      value={field.value}
      options={(['CASH', 'CARD', 'TRANSFER'] as const).map((way) => ({
        value: way,
        label: t(`pay.ways.${way}`),
      }))}
      onChange={(way) => {
        field.onChange(way);
        touch('payment');
      }}
      error={field.value ? undefined : words(shown('payment'))}
    />
  );
}

/** A voucher is kept as soon as it is named, so that nobody else uses it meanwhile. */
function Voucher() {
  const { t } = useTranslation('registration');
  const { time } = useFormat();
  const { person, shown } = useWizard();
  const words = useWords();
  const failure = useFailure();
  const { hold, release } = useHold();
  const [typed, setTyped] = useState('');
  const apply = () => {
    if (typed.trim() && !hold.isPending) {
      hold.mutate(typed.trim(), {
        onSuccess: () => {
          setTyped('');
        },
      });
    }
  };

  if (person.voucher) {
    return (
      <KeptVoucher
        name={person.voucherName}
        number={person.voucher}
        until={t('voucher.kept', { time: time(person.voucherUntil) })}
        error={shown('voucher') && words(shown('voucher'))}
        remove={t('voucher.remove')}
        onRemove={() => {
          release.mutate(person);
        }}
      />
    );
  }
  return (
    <div className="grid items-end gap-3 sm:grid-cols-[1fr_auto]">
      <Field
        label={t('voucher.label')}
        optional
        figures
        autoComplete="off"
        name="voucher"
        value={typed}
        onChange={(value) => {
          setTyped(value);
          if (hold.error) hold.reset();
        }}
        onEnter={typed.trim() ? apply : undefined}
        error={hold.error ? failure(hold.error).text : undefined}
      />
      <div className="pb-1.5">
        <Button pending={hold.isPending} onPress={apply}>
          {t('voucher.apply')}
        </Button>
      </div>
    </div>
  );
}
