import { useSyncExternalStore } from 'react';

/** A value outside React that parts can follow: what is hidden, which toasts stand, which keys work. */
export function createStore<T>(initial: T) {
  let value = initial;
  const followers = new Set<() => void>();
  const follow = (changed: () => void) => {
    followers.add(changed);
    return () => followers.delete(changed);
  };
  const read = () => value;
  return {
    read,
    set(next: T) {
      if (Object.is(next, value)) return;
      value = next;
      followers.forEach((changed) => {
        changed();
      });
    },
    use: () => useSyncExternalStore(follow, read, read),
  };
}
