import { useEffect } from 'react';

const unsaved = new Set<symbol>();

/** Marks typing that would be lost by leaving this screen, for as long as there is some. */
export function useUnsaved(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const mark = Symbol('unsaved');
    unsaved.add(mark);
    return () => {
      unsaved.delete(mark);
    };
  }, [dirty]);
}

/** Whether leaving now would lose typing. */
export function hasUnsaved(): boolean {
  return unsaved.size > 0;
}

/** Somebody was asked and lets it go: nobody asks again. */
export function forgetUnsaved(): void {
  unsaved.clear();
}
