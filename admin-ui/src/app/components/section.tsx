import type { ReactNode } from 'react';

/** A kind of part, with its samples. */
export function Section({ title, id, children }: { title: string; id: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="grid min-w-0 gap-5 border-t border-line pt-6">
      <h2 id={id} className="text-title font-bold">
        {title}
      </h2>
      {children}
    </section>
  );
}

/** Samples in a row, under a name. */
export function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-2">
      <p className="text-small text-ink-soft">{name}</p>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </div>
  );
}
