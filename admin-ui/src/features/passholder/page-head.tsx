import type { ReactNode } from 'react';
import type { Passholder } from '@/api/types';
import { PageHeading } from '@/shared/ui/page-heading';
import { BackToPerson } from './back-to-person';

/** The head of a page about a person: the way back, what the page is for, and whom it is about. */
export function PageHead({
  person,
  title,
  children,
}: {
  person: Pick<Passholder, 'id' | 'firstName' | 'name'>;
  title: string;
  children?: ReactNode;
}) {
  return (
    <div className="grid gap-5">
      <BackToPerson id={person.id} />
      <div className="grid gap-1">
        <PageHeading className="text-title font-bold sm:text-display">{title}</PageHeading>
        <p data-person className="text-lead text-ink-soft">
          {person.firstName} {person.name}
        </p>
        {children && <div className="max-w-prose pt-2 text-pretty">{children}</div>}
      </div>
    </div>
  );
}
