import { lazy, Suspense, useEffect, type ReactNode } from 'react';

export type DialogContent = {
  onClose: () => void;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** Only a button answers: no cross, no Escape by a press on the veil. */
  question?: boolean | undefined;
  wide?: boolean | undefined;
};

const load = () => import('./dialog-window');
const DialogWindow = lazy(load);

/**
 * A question over the page. Focus stays inside and returns to where it was; Escape and the veil close it.
 * Ask only what cannot be taken back (`question`): the title names what will happen.
 */
export function Dialog({ open, ...content }: DialogContent & { open: boolean }) {
  // Fetched once the page stands, so that it opens at once.
  useEffect(() => {
    const timer = setTimeout(() => void load(), 2000);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return open ? (
    <Suspense>
      <DialogWindow {...content} />
    </Suspense>
  ) : null;
}
