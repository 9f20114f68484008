import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/shared/styles/tokens.css', 'utf8');
const blocks = css.split("\n[data-contrast='more'] {");
const normal = tokens(blocks[0] ?? '');
const high = new Map([...normal, ...tokens(blocks[1] ?? '')]);

function tokens(text: string) {
  return new Map(
    [...text.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
      ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
    ),
  );
}

function luminance(hex: string) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string) {
  const [low = 0, top = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (top + 0.05) / (low + 0.05);
}

const grounds = ['paper', 'surface', 'raised'];
const text: [string, string[]][] = [
  ['ink', [...grounds, 'sunken', 'act-soft']],
  ['ink-soft', [...grounds, 'sunken']],
  ['act-ink', [...grounds, 'act-soft']],
  ['on-act', ['act', 'act-hover', 'act-press']],
  ...['points', 'ok', 'warn', 'stop', 'note'].map((s): [string, string[]] => [
    `${s}-ink`,
    [...grounds, `${s}-soft`],
  ]),
  ...['points', 'ok', 'warn', 'stop', 'note'].map((s): [string, string[]] => ['ink', [`${s}-soft`]]),
];
const shapes: [string, string[]][] = [
  ['line-strong', [...grounds, 'sunken']],
  ['focus', [...grounds, 'sunken', 'act-soft']],
  ['act', grounds],
  ...['ok', 'warn', 'stop', 'note'].map((s): [string, string[]] => [s, [...grounds, `${s}-soft`]]),
];

describe.each([
  ['normal', normal],
  ['high contrast', high],
])('%s', (_, values) => {
  describe.each(['light', 'dark'] as const)('%s', (scheme) => {
    const cases = (pairs: [string, string[]][]) =>
      pairs.flatMap(([a, list]) => list.map((b) => [a, b] as const));
    const ratio = (a: string, b: string) => {
      const [x, y] = [values.get(a), values.get(b)];
      if (!x || !y) throw new Error(`no token ${a} or ${b}`);
      return contrast(x[scheme], y[scheme]);
    };

    test.each(cases(text))('%s on %s reads at AAA', (a, b) => {
      expect(ratio(a, b)).toBeGreaterThanOrEqual(7);
    });
    test.each(cases(shapes))('%s on %s is seen at AA', (a, b) => {
      expect(ratio(a, b)).toBeGreaterThanOrEqual(3);
    });
  });
});
