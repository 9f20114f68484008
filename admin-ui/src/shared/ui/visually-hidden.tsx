import type { ReactNode } from 'react';

/** Words for who listens. */
export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className="sr-only">{children}</span>;
}
