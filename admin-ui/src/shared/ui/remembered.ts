import { createStore } from './store';

/** A choice this browser keeps. Where storage is closed it lasts as long as the visit. */
export function remembered<T extends string>(key: string, choices: readonly T[], fallback: T) {
  const store = createStore<T>(stored(key, choices) ?? fallback);
  return {
    ...store,
    set(value: T) {
      store.set(value);
      try {
        localStorage.setItem(key, value);
      } catch {
        // Closed storage: the store still holds it.
      }
    },
  };
}

function stored<T extends string>(key: string, choices: readonly T[]) {
  try {
    const value = localStorage.getItem(key);
    return choices.find((choice) => choice === value);
  } catch {
    return undefined;
  }
}
