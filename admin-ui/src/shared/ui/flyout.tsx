import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { buttonStyle, type ButtonKind } from './button-style';
import { classes } from './classes';
import { Icon, type IconName } from './icon';

/**
 * A small sheet that opens under its button, by the browser's own popover: Escape and a press elsewhere close it.
 * For choices that stay open while one makes them; for a list of acts take Menu.
 */
export function Flyout({
  label,
  name,
  icon,
  kind = 'quiet',
  children,
  className,
}: {
  /** What the button shows. */
  label: ReactNode;
  /** What the button is called, where the label alone does not say. */
  name?: string | undefined;
  icon?: IconName | undefined;
  kind?: ButtonKind | undefined;
  /** What carries data-close inside closes the sheet when it is pressed; others may call `close`. */
  children: ReactNode | ((close: () => void) => ReactNode);
  className?: string | undefined;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const close = () => {
    document.getElementById(id)?.hidePopover();
  };

  const place = () => {
    if (!button.current || !sheet.current) return;
    const at = button.current.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    sheet.current.style.top = `${at.bottom + 8}px`;
    if (at.left + at.width / 2 < room / 2) {
      sheet.current.style.left = `${Math.max(8, at.left)}px`;
      sheet.current.style.right = 'auto';
    } else {
      sheet.current.style.left = 'auto';
      sheet.current.style.right = `${Math.max(8, room - at.right)}px`;
    }
  };

  // Escape closes this sheet, and not also what lies under it.
  const keepEscape = (event: KeyboardEvent) => {
    if (open && event.key === 'Escape') event.stopPropagation();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        onKeyDown={keepEscape}
        popoverTarget={id}
        aria-expanded={open}
        aria-label={name}
        onClick={place}
        className={buttonStyle(kind, 'small', className)}
      >
        {icon && <Icon name={icon} />}
        {label}
        <span className={classes('transition-transform', open && 'rotate-180')}>
          <Icon name="chevron" size={18} />
        </span>
      </button>
      <div
        ref={sheet}
        id={id}
        popover="auto"
        onKeyDown={keepEscape}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('[data-close]'))
            sheet.current?.hidePopover();
        }}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
        }}
        className="flyout fixed m-0 max-h-[80dvh] max-w-[calc(100vw-1rem)] min-w-64 overflow-y-auto rounded-card border border-line bg-raised p-2 text-ink shadow-float"
      >
        {typeof children === 'function' ? children(close) : children}
      </div>
    </>
  );
}
