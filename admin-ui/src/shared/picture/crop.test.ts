import { expect, test } from 'vitest';
import { dragged, KEPT, partOf, whole } from './crop';

test('the middle of a wide picture is kept, from top to bottom', () => {
  expect(partOf({ width: 1400, height: 1000 }, whole)).toEqual({
    left: 350,
    top: 0,
    width: 700,
    height: 1000,
  });
});

test('the middle of a tall picture is kept, from side to side', () => {
  expect(partOf({ width: 700, height: 2000 }, whole)).toEqual({
    left: 0,
    top: 500,
    width: 700,
    height: 1000,
  });
});

test('nearer is half of it, and the ends of the slides are the edges', () => {
  const picture = { width: 700, height: 1000 };
  expect(partOf(picture, { zoom: 2, x: -1, y: -1 })).toEqual({ left: 0, top: 0, width: 350, height: 500 });
  expect(partOf(picture, { zoom: 2, x: 1, y: 1 })).toEqual({ left: 350, top: 500, width: 350, height: 500 });
});

test('a picture follows the finger and stops at its edges', () => {
  const picture = { width: KEPT.width * 2, height: KEPT.height * 2 };
  const near = { zoom: 2, x: 0, y: 0 };
  const part = partOf(picture, dragged(picture, near, { x: -20, y: 30 }));
  expect(part.left).toBeCloseTo(partOf(picture, near).left + 20);
  expect(part.top).toBeCloseTo(partOf(picture, near).top - 30);
  expect(dragged(picture, near, { x: 9000, y: -9000 })).toEqual({ zoom: 2, x: -1, y: 1 });
  expect(dragged(picture, whole, { x: 50, y: 50 })).toEqual(whole);
});
