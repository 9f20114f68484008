import { expect, test } from 'vitest';
import { backoff } from '../src/backoff.js';

test('the pause grows from a quarter of a second to eight seconds', () => {
  const most = [0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => backoff(attempt, () => 1));
  expect(most).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test('the jitter is full: any pause down to none', () => {
  expect(backoff(5, () => 0)).toBe(0);
  expect(backoff(5, () => 0.5)).toBe(4000);
});
