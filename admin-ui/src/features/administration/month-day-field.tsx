import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { useFormat } from '@/shared/format/use-format';
import { Icon } from '@/shared/ui/icon';
import { Select } from '@/shared/ui/select';

const two = (n: number) => String(n).padStart(2, '0');
const daysIn = (month: number) => new Date(2028, month, 0).getDate();

/** A day of any year, kept as `04-30`. */
export function MonthDayField({
  label,
  help,
  value,
  onChange,
  error,
}: {
  label: string;
  help?: ReactNode;
  value: string;
  onChange: (value: string) => void;
  error?: ReactNode;
}) {
  const { t } = useTranslation('administration');
  const { language } = useFormat();
  const id = useId();
  const [month = 1, day = 1] = value.split('-').map(Number);
  const name = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  const put = (nextMonth: number, nextDay: number) => {
    onChange(`${two(nextMonth)}-${two(Math.min(nextDay, daysIn(nextMonth)))}`);
  };
  return (
    <fieldset className="grid gap-1.5" aria-describedby={`${id}-help ${id}-error`}>
      <legend className="font-medium">{label}</legend>
      {help && (
        <p id={`${id}-help`} className="-mt-1 text-small text-ink-soft">
          {help}
        </p>
      )}
      <div className="grid max-w-80 grid-cols-[6rem_1fr] gap-2">
        <Select
          hideLabel
          label={t('settings.day', { label })}
          value={String(day)}
          options={Array.from({ length: daysIn(month) }, (_, at) => ({
            value: String(at + 1),
            label: String(at + 1),
          }))}
          onChange={(next) => {
            put(month, Number(next));
          }}
        />
        <Select
          hideLabel
          label={t('settings.month', { label })}
          value={String(month)}
          options={Array.from({ length: 12 }, (_, at) => ({
            value: String(at + 1),
            label: name.format(Date.UTC(2028, at, 15)),
          }))}
          onChange={(next) => {
            put(Number(next), day);
          }}
        />
      </div>
      <div id={`${id}-error`} aria-live="polite">
        {error && (
          <p className="flex items-start gap-1.5 text-small font-medium text-stop-ink">
            <span className="mt-0.5 text-stop">
              <Icon name="alert" size={18} />
            </span>
            {error}
          </p>
        )}
      </div>
    </fieldset>
  );
}
