import { useId, type ReactNode } from 'react';
import { classes } from './classes';
import { FieldFrame } from './field-frame';
import { Icon, type IconName } from './icon';

export type ChoiceOption<T extends string> = {
  value: T;
  label: ReactNode;
  help?: ReactNode;
  icon?: IconName | undefined;
};

/** One of a few, all in sight. The arrow keys walk; what is chosen has a ring, a tick and bold words. */
export function Choice<T extends string>({
  label,
  options,
  value,
  onChange,
  help,
  error,
  hideLabel = false,
}: {
  label: ReactNode;
  options: ChoiceOption<T>[];
  /** Nothing chosen yet while it is none of them. */
  value: string;
  onChange: (value: T) => void;
  help?: ReactNode;
  error?: ReactNode;
  hideLabel?: boolean | undefined;
}) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} help={help} error={error} hideLabel={hideLabel}>
      {(described) => (
        <div
          {...described}
          aria-invalid={undefined}
          role="radiogroup"
          id={id}
          className="grid auto-cols-fr gap-2 sm:grid-flow-col"
        >
          {options.map((option) => {
            const chosen = option.value === value;
            return (
              <label
                key={option.value}
                className={classes(
                  'choice flex min-h-12 items-center gap-2.5 rounded-control border bg-surface px-3.5 py-2 transition-colors',
                  chosen
                    ? 'border-act bg-act-soft font-medium text-act-ink outline-1 outline-act'
                    : 'border-line-strong hover:border-ink hover:bg-sunken',
                )}
              >
                <input
                  type="radio"
                  name={id}
                  checked={chosen}
                  onChange={() => {
                    onChange(option.value);
                  }}
                  className="sr-only"
                />
                {option.icon && <Icon name={option.icon} />}
                <span className="grid min-w-0 grow">
                  <span>{option.label}</span>
                  {option.help && <span className="text-small font-normal text-ink-soft">{option.help}</span>}
                </span>
                <span className={chosen ? undefined : 'invisible'}>
                  <Icon name="check" />
                </span>
              </label>
            );
          })}
        </div>
      )}
    </FieldFrame>
  );
}
