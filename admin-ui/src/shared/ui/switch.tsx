import { useId, type ReactNode } from 'react';

/** On or off, at once. The knob moves and carries a line or a ring, so that colour is not alone. */
export function Switch({
  children,
  on,
  onChange,
  help,
}: {
  children: ReactNode;
  on: boolean;
  onChange: (on: boolean) => void;
  help?: ReactNode;
}) {
  const helpId = useId();
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-describedby={help ? helpId : undefined}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
        className="switch"
      />
      <span className="grid">
        <span>{children}</span>
        {help && (
          <span id={helpId} className="text-small text-ink-soft">
            {help}
          </span>
        )}
      </span>
    </label>
  );
}
