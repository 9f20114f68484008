const FIRST_MS = 250;
const MOST_MS = 8_000;

/**
 * How long to wait before the nth new attempt, counted from zero: full
 * jitter, so that the tabs of a whole town hall do not return in step after
 * its bridges were updated.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(random() * ceiling);
}
