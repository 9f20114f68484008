import type { ReactNode } from 'react';
import { classes } from './classes';
import { Icon } from './icon';

type Described = { 'aria-describedby'?: string; 'aria-invalid'?: true; 'aria-labelledby': string };

/** Label, help and error around anything one fills in, tied together for screen readers. */
export function FieldFrame({
  id,
  label,
  help,
  error,
  note,
  hideLabel = false,
  children,
}: {
  id: string;
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  note?: ReactNode;
  hideLabel?: boolean | undefined;
  children: (described: Described) => ReactNode;
}) {
  const [labelId, helpId, errorId] = [`${id}-label`, `${id}-help`, `${id}-error`];
  const described: Described = { 'aria-labelledby': labelId };
  const by = [help && helpId, error && errorId].filter(Boolean).join(' ');
  if (by) described['aria-describedby'] = by;
  if (error) described['aria-invalid'] = true;

  return (
    <div className="grid content-start gap-1.5">
      <label id={labelId} htmlFor={id} className={classes('font-medium', hideLabel && 'sr-only')}>
        {label}
        {note && <span className="ml-2 font-normal text-ink-soft">{note}</span>}
      </label>
      {help && (
        <p id={helpId} className="-mt-1 text-small text-ink-soft">
          {help}
        </p>
      )}
      {children(described)}
      {/* Always there, so that a screen reader hears an error that appears in it. */}
      <div id={errorId} aria-live="polite">
        {error && (
          <p className="flex items-start gap-1.5 text-small font-medium text-stop-ink">
            <span className="mt-0.5 text-stop">
              <Icon name="alert" size={18} />
            </span>
            <span>{error}</span>
          </p>
        )}
      </div>
    </div>
  );
}
