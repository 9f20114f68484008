import { parseDate } from '@internationalized/date';
import { useState, type ReactNode } from 'react';
import { DateField as AriaDateField, DateInput, DateSegment } from 'react-aria-components/DateField';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '@/shared/i18n/i18n';
import { locales } from '@/shared/i18n/language';
import { Icon } from './icon';

/** A date typed in its parts, in the order of the language; a day as `2026-11-22`, or null. */
export function DateField({
  label,
  value,
  onChange,
  help,
  check,
  error,
  optional = false,
}: {
  label: ReactNode;
  value: string | null;
  onChange: (value: string | null) => void;
  help?: ReactNode;
  /** Says what is wrong with a date; shown once the field was left. */
  check?: ((value: string) => ReactNode) | undefined;
  error?: ReactNode;
  optional?: boolean | undefined;
}) {
  const { t } = useTranslation('ui');
  const [left, setLeft] = useState(false);
  const wrong = error ?? (left && value ? check?.(value) : null);
  return (
    <I18nProvider locale={locales[currentLanguage()]}>
      <AriaDateField
        value={value ? parseDate(value) : null}
        onChange={(date) => {
          onChange(date?.toString() ?? null);
        }}
        onBlur={() => {
          setLeft(true);
        }}
        isInvalid={Boolean(wrong)}
        shouldForceLeadingZeros
        className="grid justify-items-start gap-1.5"
      >
        <Label className="font-medium">
          {label}
          {optional && <span className="ml-2 font-normal text-ink-soft">{t('optional')}</span>}
        </Label>
        {help && (
          <Text slot="description" className="-mt-1 text-small text-ink-soft">
            {help}
          </Text>
        )}
        <DateInput className="field-date flex min-h-12 min-w-52 cursor-text items-center rounded-control border border-line-strong bg-surface px-3 tabular-nums transition-colors hover:border-ink data-invalid:border-2 data-invalid:border-stop">
          {(segment) => (
            <DateSegment
              segment={segment}
              className="rounded-small px-0.5 py-1.5 outline-none focus:bg-act focus:text-on-act data-[type=literal]:px-0.5 data-[type=literal]:text-ink-soft data-placeholder:text-ink-soft data-placeholder:focus:text-on-act"
            />
          )}
        </DateInput>
        {wrong && (
          <Text slot="errorMessage" className="flex items-start gap-1.5 text-small font-medium text-stop-ink">
            <span className="mt-0.5 text-stop">
              <Icon name="alert" size={18} />
            </span>
            {wrong}
          </Text>
        )}
      </AriaDateField>
    </I18nProvider>
  );
}
