import { useId, type ReactNode } from 'react';
import { Icon } from './icon';

/** A yes that somebody gives. The whole line can be pressed; what is wrong with it stands under it. */
export function Checkbox({
  children,
  checked,
  onChange,
  help,
  error,
}: {
  children: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: ReactNode;
  error?: ReactNode;
}) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="grid gap-1">
      <label className="flex min-h-11 items-start gap-3 py-2">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          onChange={(event) => {
            onChange(event.target.checked);
          }}
          className="mt-0.5 size-6 shrink-0 cursor-pointer accent-act"
        />
        <span className="grid min-w-0">
          <span>{children}</span>
          {help && (
            <span id={`${id}-help`} className="text-small text-ink-soft">
              {help}
            </span>
          )}
        </span>
      </label>
      <div id={`${id}-error`} aria-live="polite">
        {error && (
          <p className="flex items-start gap-1.5 pl-9 text-small font-medium text-stop-ink">
            <span className="mt-0.5 text-stop">
              <Icon name="alert" size={18} />
            </span>
            {error}
          </p>
        )}
      </div>
    </div>
  );
}
