import type { ReactNode } from 'react';
import { PageHeading } from '@/shared/ui/page-heading';

/** The title of a screen, what it is for, and the one thing one comes to do. */
export function Head({
  title,
  children,
  acts,
}: {
  title: ReactNode;
  children?: ReactNode;
  acts?: ReactNode;
}) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="grid max-w-2xl min-w-0 gap-1">
        <PageHeading className="text-title font-bold text-balance">{title}</PageHeading>
        {children && <p className="text-pretty text-ink-soft">{children}</p>}
      </div>
      {acts && <div className="flex flex-wrap gap-3">{acts}</div>}
    </div>
  );
}
