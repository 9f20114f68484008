import {
  useId,
  useState,
  type ChangeEvent,
  type FocusEvent,
  type HTMLInputAutoCompleteAttribute,
  type ReactNode,
  type Ref,
} from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from './classes';
import { FieldFrame } from './field-frame';
import { Icon, type IconName } from './icon';

export type FieldProps = {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  /** What to fill in, under the label. */
  help?: ReactNode;
  /**
   * Says what is wrong with a value. It is asked at every keystroke, but the answer is shown only once the
   * reader has left the field or `finished` says that nothing more is coming; from then on it follows the typing.
   */
  check?: ((value: string) => ReactNode) | undefined;
  /** Whether a value is complete, such as a number with all its digits. */
  finished?: ((value: string) => boolean) | undefined;
  /** What the server or the form found: shown at once. */
  error?: ReactNode;
  optional?: boolean | undefined;
  hideLabel?: boolean | undefined;
  icon?: IconName | undefined;
  /** A button or a unit at the end of the line. */
  end?: ReactNode;
  large?: boolean | undefined;
  /** For numbers that are read digit by digit. */
  figures?: boolean | undefined;
  type?: 'text' | 'email' | 'tel' | 'search' | 'password' | 'url' | undefined;
  inputMode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'search' | undefined;
  autoComplete?: HTMLInputAutoCompleteAttribute | undefined;
  placeholder?: string | undefined;
  name?: string | undefined;
  maxLength?: number | undefined;
  autoFocus?: boolean | undefined;
  readOnly?: boolean | undefined;
  spellCheck?: boolean | undefined;
  /** The key that brings the reader here, as aria-keyshortcuts spells it. */
  shortcut?: string | undefined;
  onBlur?: ((event: FocusEvent<HTMLInputElement>) => void) | undefined;
  onEnter?: (() => void) | undefined;
  ref?: Ref<HTMLInputElement> | undefined;
};

/** One line to type in. It checks while one types and never shouts before one is done. */
export function Field({
  label,
  value,
  onChange,
  help,
  check,
  finished,
  error,
  optional = false,
  hideLabel = false,
  icon,
  end,
  large = false,
  figures = false,
  type = 'text',
  shortcut,
  onBlur,
  onEnter,
  ref,
  ...input
}: FieldProps) {
  const { t } = useTranslation('ui');
  const id = useId();
  const [left, setLeft] = useState(false);
  const wrong = check?.(value) ?? null;
  const complete = value !== '' && (finished?.(value) ?? false);
  const shown = error ?? (left || complete ? wrong : null);
  const right = complete && wrong === null && !error;

  return (
    <FieldFrame
      id={id}
      label={label}
      help={help}
      error={shown}
      note={optional ? t('optional') : undefined}
      hideLabel={hideLabel}
    >
      {(described) => (
        <div
          className={classes(
            'field-box flex items-center gap-2.5 rounded-control border bg-surface transition-colors',
            large ? 'min-h-16 px-5' : 'min-h-12 px-3.5',
            shown ? 'border-2 border-stop' : 'border-line-strong hover:border-ink',
            input.readOnly && 'bg-sunken',
          )}
        >
          {icon && (
            <span className="text-ink-soft">
              <Icon name={icon} size={large ? 24 : 20} />
            </span>
          )}
          <input
            {...input}
            {...described}
            ref={ref}
            id={id}
            type={type}
            value={value}
            aria-keyshortcuts={shortcut}
            className={classes(
              'w-full min-w-0 bg-transparent py-2 text-ink outline-none',
              large ? 'text-lead' : 'text-body',
              figures && 'tracking-wide tabular-nums placeholder:tracking-normal placeholder:normal-nums',
            )}
            onChange={(event: ChangeEvent<HTMLInputElement>) => {
              if (event.target.value === '') setLeft(false);
              onChange(event.target.value);
            }}
            onBlur={(event) => {
              if (event.target.value !== '') setLeft(true);
              onBlur?.(event);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              setLeft(event.currentTarget.value !== '');
              if (!onEnter) return;
              event.preventDefault();
              onEnter();
            }}
          />
          {right && (
            <span className="text-ok" data-testid="right">
              <Icon name="check" size={22} />
            </span>
          )}
          {end}
        </div>
      )}
    </FieldFrame>
  );
}
