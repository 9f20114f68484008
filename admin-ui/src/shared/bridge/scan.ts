/** The longest pause between two characters of one scan; nobody types eleven in a row that fast. */
export const SCAN_GAP_MS = 50;

/** National number, pass number, chip number. */
const LENGTHS = [11, 13, 14];

export interface Keystroke {
  key: string;
  /** The physical key, whatever the keyboard layout makes of it. */
  code: string;
  at: number;
}

/**
 * What a run of keystrokes scanned, or undefined when a person typed it.
 *
 * A scanner set for a qwerty keyboard on a Belgian azerty computer sends
 * `à&é"` for digits; the physical keys tell what it meant.
 */
export function readScan(strokes: readonly Keystroke[]): string | undefined {
  if (!LENGTHS.includes(strokes.length) || !isFast(strokes)) return undefined;
  const byKey = strokes.map(({ key }) => key).join('');
  const byCode = strokes.map(({ code }) => /^(?:Digit|Numpad|Key)(.)$/.exec(code)?.[1] ?? '?').join('');
  return [byKey, byCode].map((text) => text.toUpperCase()).find(isNumber);
}

function isFast(strokes: readonly Keystroke[]): boolean {
  return strokes.every((stroke, i) => i === 0 || stroke.at - (strokes[i - 1]?.at ?? 0) <= SCAN_GAP_MS);
}

function isNumber(text: string): boolean {
  return text.length === 14 ? /^[0-9A-F]{14}$/.test(text) : /^\d+$/.test(text);
}
