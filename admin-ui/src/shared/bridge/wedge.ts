import { readScan, SCAN_GAP_MS, type Keystroke } from './scan';

type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Hears a barcode scanner that poses as a keyboard, wherever the focus is.
 *
 * The Enter that ends a scan presses nothing, and what the scan wrote into a
 * field is taken out again. Shortcuts of one letter wait out a scan by
 * themselves (shared/ui/keys).
 */
export function listenForScans(onScan: (text: string) => void, target: Window = window): () => void {
  let strokes: Keystroke[] = [];
  let before: { field: Field; value: string } | undefined;

  const forget = () => {
    strokes = [];
    before = undefined;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Shift' || event.key === 'CapsLock') return;
    const pause = event.timeStamp - (strokes.at(-1)?.at ?? -Infinity);
    if (pause > SCAN_GAP_MS) forget();

    if (event.key === 'Enter') {
      const scan = readScan(strokes);
      if (scan !== undefined) {
        event.stopImmediatePropagation();
        event.preventDefault();
        if (before) restore(before.field, before.value);
        onScan(scan);
      }
      forget();
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
      forget();
      return;
    }
    const field = fieldOf(event.target);
    if (strokes.length === 0 && field) before = { field, value: field.value };
    strokes.push({ key: event.key, code: event.code, at: event.timeStamp });
  };

  target.addEventListener('keydown', onKeyDown, { capture: true });
  return () => {
    target.removeEventListener('keydown', onKeyDown, { capture: true });
  };
}

const NO_TEXT = ['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit'];

function fieldOf(target: EventTarget | null): Field | undefined {
  if (target instanceof HTMLTextAreaElement) return target;
  if (target instanceof HTMLInputElement && !NO_TEXT.includes(target.type)) return target;
  return undefined;
}

// React keeps its own copy of a field's value: the prototype's setter and an
// input event tell it, as a keystroke would.
function restore(field: Field, value: string): void {
  const prototype =
    field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
