import type { ReactNode } from 'react';
import { classes } from './classes';

/** A sheet on the paper, with a hairline around it. No panels inside panels. */
export function Panel({
  children,
  flush = false,
  className,
}: {
  children: ReactNode;
  flush?: boolean | undefined;
  className?: string | undefined;
}) {
  return (
    <div className={classes('rounded-card border border-line bg-surface', !flush && 'p-5 sm:p-6', className)}>
      {children}
    </div>
  );
}
