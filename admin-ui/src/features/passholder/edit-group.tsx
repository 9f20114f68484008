import type { ReactNode } from 'react';

/** Fields that belong together, under their title. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 gap-5">
      <legend className="mb-4 text-lead font-bold">{title}</legend>
      {children}
    </fieldset>
  );
}
