import { createStore } from './store';

/** key: the reader hid it and the reader shows it. idle: nobody touched anything for a while; any act shows it. */
export type Hidden = 'no' | 'key' | 'idle';

const store = createStore<Hidden>('no');

/** Whether what carries data-person is blurred now. */
export function useHidden() {
  return store.use();
}

export function hidePerson(why: 'key' | 'idle') {
  if (store.read() === 'no') store.set(why);
}

export function showPerson() {
  store.set('no');
}

export function togglePerson() {
  store.set(store.read() === 'no' ? 'key' : 'no');
}

/** Ends a hiding by idleness; one by the key stays. For a press, a key, or a card on the reader. */
export function wake() {
  if (store.read() === 'idle') store.set('no');
}
