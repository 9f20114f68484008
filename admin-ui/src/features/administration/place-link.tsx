import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon } from '@/shared/ui/icon';

/** Goes to a place in the administration, such as `prices/new`. */
export function PlaceLink({
  to,
  className,
  current,
  children,
}: {
  to: string;
  className?: string | undefined;
  current?: boolean | undefined;
  children: ReactNode;
}) {
  return (
    <Link
      to="/administration/$"
      params={{ _splat: to }}
      className={className ?? 'font-medium text-act-ink underline underline-offset-4'}
      aria-current={current ? 'page' : undefined}
    >
      {children}
    </Link>
  );
}

/** The way back to the list that something is of. */
export function BackLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <p>
      <PlaceLink
        to={to}
        className="inline-flex min-h-11 items-center gap-2 font-medium text-act-ink underline-offset-4 hover:underline"
      >
        <Icon name="back" />
        {children}
      </PlaceLink>
    </p>
  );
}
