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

// By the room they have themselves, in a dialog or beside a price: no word runs out of its box, no one stands alone.
const columns: Record<number, string> = {
  2: '@sm:grid-cols-2',
  3: '@lg:grid-cols-3',
  4: '@sm:grid-cols-2 @2xl:grid-cols-4',
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
  brief = false,
}: {
  label: ReactNode;
  options: ChoiceOption<T>[];
  /** Nothing chosen yet while it is none of them. */
  value: string;
  onChange: (value: T) => void;
  help?: ReactNode;
  error?: ReactNode;
  hideLabel?: boolean | undefined;
  /** Options of a word each: they stand beside each other wherever a phone is wide enough. */
  brief?: boolean | undefined;
}) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} help={help} error={error} hideLabel={hideLabel}>
      {(described) => (
        <div
          {...described}
          aria-invalid={undefined}
          data-wrong={error ? true : undefined}
          role="radiogroup"
          id={id}
          className="@container"
        >
          <div
            className={classes(
              'grid gap-2',
              brief
                ? '@2xs:grid-flow-col @2xs:auto-cols-fr'
                : (columns[options.length] ?? '@sm:grid-cols-2 @2xl:grid-cols-3'),
            )}
          >
            {options.map((option) => {
              const chosen = option.value === value;
              return (
                <label
                  key={option.value}
                  className={classes(
                    'choice flex min-h-12 items-center gap-2 rounded-control border bg-surface px-3.5 py-2 transition-colors',
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
                    {option.help && (
                      <span className="text-small font-normal text-ink-soft">{option.help}</span>
                    )}
                  </span>
                  <span className={classes('-mr-1.5', !chosen && 'invisible')}>
                    <Icon name="check" />
                  </span>
                </label>
              );
            })}
          </div>
        </div>
      )}
    </FieldFrame>
  );
}
