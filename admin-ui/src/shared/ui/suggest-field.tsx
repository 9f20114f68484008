import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from './classes';
import { FieldFrame } from './field-frame';

export type Suggestion = {
  id: string;
  label: string;
  /** What tells it from others of the same name. */
  note?: string | undefined;
};

export type SuggestFieldProps = {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  /** What goes with the words that were typed. */
  suggestions: readonly Suggestion[];
  onChoose: (id: string) => void;
  help?: ReactNode;
  error?: ReactNode;
  optional?: boolean | undefined;
  name?: string | undefined;
  maxLength?: number | undefined;
  onBlur?: (() => void) | undefined;
};

/**
 * One line to type in, with what it may be in a list under it. The arrow keys walk, Enter takes,
 * Escape closes; whoever types on without looking gets what was typed.
 */
export function SuggestField({
  label,
  value,
  onChange,
  suggestions,
  onChoose,
  help,
  error,
  optional = false,
  name,
  maxLength,
  onBlur,
}: SuggestFieldProps) {
  const { t } = useTranslation('ui');
  const id = useId();
  const list = `${id}-list`;
  const [wanted, setWanted] = useState(false);
  const [at, setAt] = useState(-1);
  const open = wanted && suggestions.length > 0;
  const active = open ? suggestions[at] : undefined;
  const close = () => {
    setWanted(false);
    setAt(-1);
  };
  const choose = (chosen: Suggestion) => {
    onChoose(chosen.id);
    close();
  };
  const walk = (by: number) => {
    setWanted(true);
    const last = suggestions.length - 1;
    setAt(at + by > last ? 0 : at + by < 0 ? last : at + by);
  };

  return (
    <FieldFrame id={id} label={label} help={help} error={error} note={optional ? t('optional') : undefined}>
      {(described) => (
        <div className="relative">
          <div
            className={classes(
              'field-box flex min-h-12 items-center rounded-control border bg-surface px-3.5 transition-colors',
              error ? 'border-2 border-stop' : 'border-line-strong hover:border-ink',
            )}
          >
            <input
              {...described}
              id={id}
              name={name}
              role="combobox"
              aria-expanded={open}
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={active && `${list}-${active.id}`}
              autoComplete="off"
              spellCheck={false}
              maxLength={maxLength}
              value={value}
              className="w-full min-w-0 bg-transparent py-2 text-body text-ink outline-none"
              onChange={(event) => {
                onChange(event.target.value);
                setWanted(event.target.value !== '');
                setAt(-1);
              }}
              onBlur={() => {
                close();
                onBlur?.();
              }}
              onKeyDown={(event) => {
                if (event.nativeEvent.isComposing) return;
                if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                  event.preventDefault();
                  walk(event.key === 'ArrowDown' ? 1 : -1);
                } else if (event.key === 'Enter' && active) {
                  event.preventDefault();
                  choose(active);
                } else if (event.key === 'Escape' && open) {
                  event.preventDefault();
                  event.stopPropagation();
                  close();
                }
              }}
            />
          </div>
          {open && (
            <ul
              id={list}
              role="listbox"
              aria-labelledby={described['aria-labelledby']}
              className="absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-y-auto rounded-control border border-line bg-raised py-1 shadow-float"
            >
              {suggestions.map((one, index) => (
                <li
                  key={one.id}
                  id={`${list}-${one.id}`}
                  role="option"
                  aria-selected={index === at}
                  // Before the field loses its focus, which would close the list.
                  onPointerDown={(event) => {
                    event.preventDefault();
                    choose(one);
                  }}
                  className={classes(
                    'flex min-h-11 cursor-pointer items-center justify-between gap-3 px-3.5 hover:bg-sunken',
                    index === at && 'bg-act-soft text-act-ink',
                  )}
                >
                  <span>{one.label}</span>
                  {one.note && <span className="text-small text-ink-soft tabular-nums">{one.note}</span>}
                </li>
              ))}
            </ul>
          )}
          <span role="status" className="sr-only">
            {open ? t('suggestions', { count: suggestions.length }) : ''}
          </span>
        </div>
      )}
    </FieldFrame>
  );
}
