import { useState } from 'react';

/** One idempotency key for each thing that is asked, however often it is asked. */
export function useRequestKey(): (asked: unknown) => string {
  const [keys] = useState(() => new Map<string, string>());
  return (asked) => {
    const name = JSON.stringify(asked);
    const key = keys.get(name) ?? crypto.randomUUID();
    keys.set(name, key);
    return key;
  };
}
