import type { ReactNode } from 'react';
import { createStore } from './store';
import type { Tone } from './tone';

export type ToastContent = {
  tone: Tone | 'points';
  text: ReactNode;
  /** Takes the act back. The toast stays, busy, until it settles, and then goes. */
  undo?: () => unknown;
  /** Ten unless told; what cannot be undone may go sooner. */
  seconds?: number;
};

export type ShownToast = ToastContent & { id: number; seconds: number };

const most = 3;
const store = createStore<ShownToast[]>([]);
let count = 0;

/** Shows a message at the foot of the screen. It survives a change of page. */
export function showToast(content: ToastContent): number {
  count += 1;
  const toast = { ...content, id: count, seconds: content.seconds ?? 10 };
  store.set([...store.read(), toast].slice(-most));
  return toast.id;
}

export function dismissToast(id: number) {
  store.set(store.read().filter((toast) => toast.id !== id));
}

export function dismissAllToasts() {
  store.set([]);
}

export function useToasts() {
  return store.use();
}
