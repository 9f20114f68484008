import { createContext, use, useEffect, useId, useRef } from 'react';
import { remembered } from './remembered';
import { createStore } from './store';

/*
 * Every key of the app goes through here, so that `?` can list what works now and so that they share three rules:
 * a key that writes a character works only outside fields, can be switched off (WCAG 2.1.4), and waits a moment,
 * because a scanner that types into the page sends many such characters, faster than any hand.
 */

export type Key = {
  id: string;
  key: string;
  label: string;
  layer: number;
  everywhere: boolean;
  run: () => void;
};

/** A scanner sends its characters within some 30 ms of each other; a hand does not. */
const scannerPause = 60;

const registered = createStore<readonly Key[]>([]);
const characterKeys = remembered<'on' | 'off'>('openbalie.letterKeys', ['on', 'off'], 'on');

/** How many dialogs lie over the page; keys below the top one are silent. */
export const KeyLayer = createContext(0);

/**
 * Makes `key` do something while the part is on screen, and lists it under `?`.
 * Keys are spelt as KeyboardEvent.key does (`F8`, `/`, `n`, `Escape`); `mod+` is Ctrl, or Cmd on a Mac.
 */
export function useKey(
  key: string,
  label: string,
  run: () => void,
  options: { when?: boolean; everywhere?: boolean } = {},
) {
  const { when = true, everywhere = false } = options;
  const id = useId();
  const layer = use(KeyLayer);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!when) return;
    const entry: Key = {
      id,
      key,
      label,
      layer,
      everywhere,
      run: () => {
        latest.current();
      },
    };
    registered.set([...registered.read(), entry]);
    return () => {
      registered.set(registered.read().filter((other) => other !== entry));
    };
  }, [id, key, label, layer, everywhere, when]);
}

/** The keys that do something now, for the list under `?`. */
export function useKeys() {
  return registered.use();
}

/** Whether keys of one character work, and the switch for it. */
export function useCharacterKeys() {
  return [
    characterKeys.use() === 'on',
    (on: boolean) => {
      characterKeys.set(on ? 'on' : 'off');
    },
  ] as const;
}

/** Starts listening; the app does so once. Returns the way to stop. */
export function listenForKeys(target: Document = document) {
  let waiting: { timer: ReturnType<typeof setTimeout> } | undefined;
  let lastCharacter = -Infinity;

  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.repeat) return;
    const mod = event.ctrlKey || event.metaKey;
    const character = event.key.length === 1 && !mod;
    const name = mod ? `mod+${event.key.toLowerCase()}` : event.key;

    if (character) {
      const burst = event.timeStamp - lastCharacter < scannerPause;
      lastCharacter = event.timeStamp;
      if (waiting) clearTimeout(waiting.timer);
      waiting = undefined;
      if (burst || characterKeys.read() === 'off') return;
    }
    if ((character || name === 'mod+z') && writes(event.target)) return;
    if (name === 'Enter' && takesEnter(event.target)) return;

    const key = find(name);
    if (!key) return;
    if (!character) {
      event.preventDefault();
      key.run();
      return;
    }
    if (event.key === '/') event.preventDefault(); // Firefox would open its own search.
    waiting = {
      timer: setTimeout(() => {
        waiting = undefined;
        key.run();
      }, scannerPause),
    };
  };

  target.addEventListener('keydown', pressed);
  return () => {
    if (waiting) clearTimeout(waiting.timer);
    target.removeEventListener('keydown', pressed);
  };
}

function find(name: string) {
  const keys = registered.read();
  const top = Math.max(0, ...keys.map((key) => key.layer));
  return keys.findLast((key) => key.key === name && (key.layer === top || key.everywhere));
}

/** Whether Enter already does something with what has the focus. */
function takesEnter(target: EventTarget | null) {
  return target instanceof Element && target.closest('a[href], button, input, select, textarea, summary');
}

/** Whether what has the focus takes characters. */
function writes(target: EventTarget | null) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select, [role="spinbutton"], [role="textbox"]'))
    return true;
  return (
    target instanceof HTMLInputElement &&
    !['button', 'checkbox', 'radio', 'range', 'submit'].includes(target.type)
  );
}
