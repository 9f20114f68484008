import { expect, it } from 'vitest';
import { batches } from './batches';

it('cuts a list into parts that know where they begin', () => {
  expect(batches('a\r\nb\nc\nd\ne\n\n', 2)).toEqual([
    { text: 'a\nb', before: 0 },
    { text: 'c\nd', before: 2 },
    { text: 'e', before: 4 },
  ]);
});

it('leaves a short list whole, and an empty one too', () => {
  expect(batches('a\n', 10)).toEqual([{ text: 'a', before: 0 }]);
  expect(batches('\n', 10)).toEqual([{ text: '', before: 0 }]);
});

it('skips parts without a value', () => {
  expect(batches('a\n\n\n\nb', 2)).toEqual([
    { text: 'a\n', before: 0 },
    { text: 'b', before: 4 },
  ]);
});
