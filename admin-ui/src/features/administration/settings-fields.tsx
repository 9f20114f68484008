import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import { Switch } from '@/shared/ui/switch';
import { TextArea } from '@/shared/ui/text-area';
import { CitiesField } from './cities-field';
import { ColourField } from './colour-field';
import { MonthDayField } from './month-day-field';
import { limits, type Counted, type Draft, type SettingsField } from './settings-draft';

const cardless = ['ALL', 'REGULAR', 'SOCIALTARIFF', 'NONE'] as const;

/** Everything a card system can set, by what it is about. */
export function SettingsFields({
  draft,
  wrong,
  onChange,
}: {
  draft: Draft;
  /** Why a field cannot be saved, once somebody tried or left it. */
  wrong: (field: SettingsField) => string | null;
  onChange: (part: Partial<Draft>) => void;
}) {
  const { t } = useTranslation('administration');
  const { date } = useFormat();
  const year = new Date().getFullYear() + 1;
  const text = (field: 'name' | 'logoUrl' | 'website' | 'contactEmail' | 'socialTariffInfo') => ({
    label: t(`settings.field.${field}`),
    value: draft[field],
    onChange: (value: string) => {
      onChange({ [field]: value });
    },
    error: wrong(field),
  });
  const count = (field: Counted, unit?: string) => ({
    label: t(`settings.field.${field}`),
    value: draft[field],
    onChange: (value: string) => {
      onChange({ [field]: value });
    },
    inputMode: 'numeric' as const,
    figures: true,
    maxLength: 6,
    error: wrong(field),
    check: (value: string) => {
      const [least, most] = limits[field];
      const right = /^\d{1,6}$/.test(value.trim()) && Number(value) >= least && Number(value) <= most;
      return right ? null : t('settings.between', { least, most });
    },
    ...(unit !== undefined && { end: <span className="text-ink-soft">{unit}</span> }),
  });

  return (
    <>
      <Part title={t('settings.look')} lead={t('settings.lookLead')}>
        <Field {...text('name')} maxLength={200} />
        <div className="grid items-end gap-x-5 gap-y-4 sm:grid-cols-2">
          <ColourField
            label={t('settings.field.primaryColor')}
            help={t('settings.primaryHelp')}
            value={draft.primaryColor}
            error={wrong('primaryColor')}
            onChange={(primaryColor) => {
              onChange({ primaryColor });
            }}
          />
          <ColourField
            label={t('settings.field.secondaryColor')}
            help={t('settings.secondaryHelp')}
            optional
            value={draft.secondaryColor}
            error={wrong('secondaryColor')}
            onChange={(secondaryColor) => {
              onChange({ secondaryColor });
            }}
          />
          <Field {...text('website')} type="url" optional placeholder="https://" />
          <Field {...text('logoUrl')} type="url" optional placeholder="https://" />
          <Field {...text('contactEmail')} type="email" optional />
        </div>
        <Switch
          on={draft.permanent}
          help={t('settings.permanentHelp')}
          onChange={(permanent) => {
            onChange({ permanent });
          }}
        >
          {t('settings.field.permanent')}
        </Switch>
      </Part>
      <Part title={t('settings.tariff')} lead={t('settings.tariffLead')}>
        <div className="grid items-end gap-x-5 gap-y-4 sm:grid-cols-2">
          <MonthDayField
            label={t('settings.field.socialTariffDefaultEnd')}
            help={t('settings.example', { date: date(`${String(year)}-${draft.socialTariffDefaultEnd}`) })}
            value={draft.socialTariffDefaultEnd}
            onChange={(socialTariffDefaultEnd) => {
              onChange({ socialTariffDefaultEnd });
            }}
          />
          <MonthDayField
            label={t('settings.field.socialTariffMaximumEnd')}
            help={t('settings.example', { date: date(`${String(year)}-${draft.socialTariffMaximumEnd}`) })}
            value={draft.socialTariffMaximumEnd}
            error={wrong('socialTariffMaximumEnd')}
            onChange={(socialTariffMaximumEnd) => {
              onChange({ socialTariffMaximumEnd });
            }}
          />
          <Field {...count('socialTariffGraceDays', t('settings.days'))} help={t('settings.graceHelp')} />
        </div>
        <TextArea {...text('socialTariffInfo')} help={t('settings.infoHelp')} maxLength={2000} optional />
      </Part>
      <Part title={t('settings.people')} lead={t('settings.peopleLead')}>
        <div className="grid items-end gap-x-5 gap-y-4 sm:grid-cols-2">
          <Field {...count('adultAge', t('settings.years'))} help={t('settings.adultHelp')} />
          <Field {...count('optInAge', t('settings.years'))} help={t('settings.optInHelp')} />
          <Select
            label={t('settings.field.cardlessRegistration')}
            value={draft.cardlessRegistration}
            options={cardless.map((value) => ({ value, label: t(`settings.cardless.${value}`) }))}
            onChange={(value) => {
              const chosen = cardless.find((one) => one === value);
              if (chosen) onChange({ cardlessRegistration: chosen });
            }}
          />
        </div>
        <Switch
          on={draft.inszRequired}
          onChange={(inszRequired) => {
            onChange({ inszRequired });
          }}
        >
          {t('settings.field.inszRequired')}
        </Switch>
      </Part>
      <Part title={t('settings.desk')}>
        <div className="grid items-end gap-x-5 gap-y-4 sm:grid-cols-2">
          <Field {...count('checkinMarginMinutes', t('settings.minutes'))} help={t('settings.marginHelp')} />
          <Field {...count('lowStock', t('settings.cards'))} help={t('settings.lowHelp')} />
          <Field {...count('familyMaxMembers')} />
          <Field {...count('familyMaxAdults')} />
        </div>
      </Part>
      <Part title={t('settings.field.cities')} lead={t('settings.citiesLead')}>
        {wrong('cities') && <p className="font-medium text-stop-ink">{wrong('cities')}</p>}
        <CitiesField
          cities={draft.cities}
          onChange={(cities) => {
            onChange({ cities });
          }}
        />
      </Part>
    </>
  );
}

function Part({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 border-t border-line pt-6 first:border-t-0 first:pt-0">
      <div className="grid gap-1">
        <h2 className="text-lead font-bold">{title}</h2>
        {lead && <p className="text-small text-ink-soft">{lead}</p>}
      </div>
      {children}
    </section>
  );
}
