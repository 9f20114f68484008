import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';

/** Nothing here, why, and what one can do about it. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-2 px-4 py-10 text-center">
      <span className="mb-2 grid size-16 place-items-center rounded-round bg-sunken text-ink-soft">
        <Icon name={icon} size={32} />
      </span>
      <p className="text-lead font-bold text-balance">{title}</p>
      {children && <div className="text-pretty text-ink-soft">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
