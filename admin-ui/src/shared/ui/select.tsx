import { useId, type ReactNode } from 'react';
import { FieldFrame } from './field-frame';
import { Icon } from './icon';

export type Option = { value: string; label: string };

/** One of a list. The browser's own list opens: it fits every screen and every screen reader. */
export function Select({
  label,
  value,
  options,
  onChange,
  help,
  error,
  hideLabel = false,
  placeholder,
}: {
  label: ReactNode;
  value: string;
  options: Option[];
  onChange: (value: string) => void;
  help?: ReactNode;
  error?: ReactNode;
  hideLabel?: boolean | undefined;
  /** Shown while nothing is chosen. */
  placeholder?: string | undefined;
}) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} help={help} error={error} hideLabel={hideLabel}>
      {(described) => (
        <div className="field-box relative flex min-h-12 items-center rounded-control border border-line-strong bg-surface transition-colors hover:border-ink">
          <select
            {...described}
            id={id}
            value={value}
            onChange={(event) => {
              onChange(event.target.value);
            }}
            className="w-full appearance-none rounded-control bg-transparent py-2 pr-11 pl-3.5 text-ink outline-none"
          >
            {placeholder && (
              <option value="" disabled hidden>
                {placeholder}
              </option>
            )}
            {options.map((option) => (
              <option key={option.value} value={option.value} className="bg-raised text-ink">
                {option.label}
              </option>
            ))}
          </select>
          <span className="pointer-events-none absolute right-3.5 text-ink-soft">
            <Icon name="chevron" />
          </span>
        </div>
      )}
    </FieldFrame>
  );
}
