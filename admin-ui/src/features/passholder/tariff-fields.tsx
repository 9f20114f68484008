import { useTranslation } from 'react-i18next';
import { DateField } from '@/shared/ui/date-field';
import { Field } from '@/shared/ui/field';

/** On what ground somebody pays less, and until when; without a day the card system's own holds. */
export interface TariffAnswer {
  ground: string;
  until: string | null;
}

/** The answer as a sale takes it. */
export function tariffOf({ ground, until }: TariffAnswer) {
  return { ...(ground ? { ground } : {}), ...(until ? { until } : {}) };
}

export function TariffFields({
  value,
  onChange,
}: {
  value: TariffAnswer;
  onChange: (value: TariffAnswer) => void;
}) {
  const { t } = useTranslation('profile');
  return (
    <section aria-labelledby="tariff" className="grid gap-4">
      <div className="grid gap-1">
        <h2 id="tariff" className="text-lead font-bold">
          {t('sale.tariffTitle')}
        </h2>
        <p className="max-w-prose text-ink-soft">{t('sale.tariffText')}</p>
      </div>
      <Field
        label={t('sale.ground')}
        value={value.ground}
        maxLength={120}
        optional
        onChange={(ground) => {
          onChange({ ...value, ground });
        }}
      />
      <DateField
        label={t('sale.until')}
        value={value.until}
        optional
        onChange={(until) => {
          onChange({ ...value, until });
        }}
      />
    </section>
  );
}
