import { useId, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { buttonStyle, type ButtonKind, type ButtonSize } from './button-style';
import { classes } from './classes';
import { Icon, type IconName } from './icon';
import { Spinner } from './spinner';

export type ButtonProps = {
  children: ReactNode;
  kind?: ButtonKind | undefined;
  size?: ButtonSize | undefined;
  icon?: IconName | undefined;
  /** Leaves only the icon on screen; the children stay its name. */
  iconOnly?: boolean | undefined;
  /** Under way: keeps its place and its focus, takes no second press. */
  pending?: boolean | undefined;
  /** Why it cannot be pressed now, in one sentence. The button stays in reach of the keyboard. */
  reason?: ReactNode;
  /** The way out beside the reason: a link or a quiet button. */
  wayOut?: ReactNode;
  /** For a toggle: whether it is on. */
  pressed?: boolean | undefined;
  /** The key that does the same, as aria-keyshortcuts spells it. */
  shortcut?: string | undefined;
  type?: 'button' | 'submit' | undefined;
  form?: string | undefined;
  autoFocus?: boolean | undefined;
  wide?: boolean | undefined;
  onPress?: (() => void) | undefined;
  ref?: Ref<HTMLButtonElement> | undefined;
  className?: string | undefined;
};

/** A button that says what it does, that it is busy, or why it cannot. */
export function Button({
  children,
  kind = 'plain',
  size = 'normal',
  icon,
  iconOnly = false,
  pending = false,
  reason,
  wayOut,
  pressed,
  shortcut,
  type = 'button',
  form,
  autoFocus,
  wide = false,
  onPress,
  ref,
  className,
}: ButtonProps) {
  const { t } = useTranslation('ui');
  const because = useId();
  const blocked = reason !== undefined && reason !== null && reason !== false;

  const button = (
    <button
      ref={ref}
      type={type}
      form={form}
      autoFocus={autoFocus}
      aria-disabled={blocked || pending || undefined}
      aria-busy={pending || undefined}
      aria-pressed={pressed}
      aria-describedby={blocked ? because : undefined}
      aria-keyshortcuts={shortcut}
      title={iconOnly && typeof children === 'string' ? children : undefined}
      data-blocked={blocked || undefined}
      className={buttonStyle(
        kind,
        size,
        classes(wide && 'w-full', iconOnly && 'aspect-square !px-0', pending && 'pending', className),
      )}
      onClick={(event) => {
        if (blocked || pending) {
          event.preventDefault();
          return;
        }
        onPress?.();
      }}
    >
      <span className={classes('label inline-flex items-center', size === 'large' ? 'gap-2.5' : 'gap-2')}>
        {icon && <Icon name={icon} size={size === 'large' ? 24 : 20} />}
        {iconOnly ? <span className="sr-only">{children}</span> : <span>{children}</span>}
      </span>
      {pending && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner size={size === 'large' ? 24 : 20} />
          <span className="sr-only">{t('busy')}</span>
        </span>
      )}
    </button>
  );
  if (!blocked) return button;

  return (
    <div className={classes('flex flex-wrap items-center gap-x-4 gap-y-1.5', wide && 'w-full')}>
      {button}
      <p className="flex min-w-0 flex-wrap items-center gap-x-3 text-small text-ink">
        <span id={because} className="flex items-start gap-1.5">
          <span className="mt-0.5 text-warn">
            <Icon name="info" size={18} />
          </span>
          {reason}
        </span>
        {wayOut}
      </p>
    </div>
  );
}
