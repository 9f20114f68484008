import { useEffect } from 'react';

/** Fetches what may be wanted later, once the page stands. The same function each time. */
export function useSoon(load: () => Promise<unknown>): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      load().catch(() => undefined); // whoever needs it asks again
    }, 2000);
    return () => {
      clearTimeout(timer);
    };
  }, [load]);
}
