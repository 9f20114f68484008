import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from './classes';
import { FieldFrame } from './field-frame';

/** A few lines to type in; it grows with what is in it. */
export function TextArea({
  label,
  value,
  onChange,
  help,
  error,
  optional = false,
  hideLabel = false,
  maxLength,
}: {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  help?: ReactNode;
  error?: ReactNode;
  optional?: boolean | undefined;
  hideLabel?: boolean | undefined;
  maxLength?: number | undefined;
}) {
  const { t } = useTranslation('ui');
  const id = useId();
  return (
    <FieldFrame
      id={id}
      label={label}
      help={help}
      error={error}
      note={optional ? t('optional') : undefined}
      hideLabel={hideLabel}
    >
      {(described) => (
        <textarea
          {...described}
          id={id}
          rows={3}
          value={value}
          maxLength={maxLength}
          onChange={(event) => {
            onChange(event.target.value);
          }}
          className={classes(
            'field-sizing-content min-h-24 w-full rounded-control border bg-surface px-3.5 py-2.5 text-ink transition-colors',
            error ? 'border-2 border-stop' : 'border-line-strong hover:border-ink',
          )}
        />
      )}
    </FieldFrame>
  );
}
