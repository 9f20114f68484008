import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { classes } from '@/shared/ui/classes';
import { Field } from '@/shared/ui/field';
import { isColor } from './settings-draft';

/** A colour: picked, or typed as people who make logos write it. */
export function ColourField({
  label,
  help,
  value,
  onChange,
  error,
  optional = false,
}: {
  label: string;
  help?: ReactNode;
  value: string;
  onChange: (value: string) => void;
  error?: ReactNode;
  optional?: boolean;
}) {
  const { t } = useTranslation('administration');
  return (
    <Field
      label={label}
      help={help}
      value={value}
      onChange={(typed) => {
        onChange(typed.trim().toLowerCase());
      }}
      placeholder="#rrggbb"
      maxLength={7}
      spellCheck={false}
      figures
      optional={optional}
      error={error}
      end={
        <input
          type="color"
          aria-label={t('settings.pick', { label })}
          value={isColor(value) ? value : BLACK}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          className={classes(
            'h-9 w-14 shrink-0 cursor-pointer rounded-small border border-line-strong bg-transparent p-0.5',
            value === '' && 'opacity-25',
          )}
        />
      }
    />
  );
}

// The browser's picker must stand somewhere while there is no colour.
const BLACK = `#${'0'.repeat(6)}`;
