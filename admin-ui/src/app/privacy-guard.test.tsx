import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForKeys } from '@/shared/ui/keys';
import { showPerson } from '@/shared/ui/privacy';
import { PrivacyGuard } from './privacy-guard';

let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  stop = listenForKeys();
});
afterEach(() => {
  act(showPerson);
  stop();
  vi.useRealTimers();
});

const hidden = () => document.documentElement.hasAttribute('data-private');
const pass = (ms: number) => {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
};
const shown = () =>
  render(
    <>
      <PrivacyGuard />
      <p data-person>An Peeters</p>
    </>,
  );

test('F8 hides at once and only F8 shows again', () => {
  shown();
  fireEvent.keyDown(document.body, { key: 'F8' });
  expect(hidden()).toBe(true);
  expect(screen.getByRole('status').textContent).toContain('verborgen');
  fireEvent.pointerDown(document.body);
  expect(hidden()).toBe(true);
  fireEvent.keyDown(document.body, { key: 'F8' });
  expect(hidden()).toBe(false);
});

test('a minute without input hides; brushing the mouse shows nobody, a press does', () => {
  shown();
  pass(59_000);
  expect(hidden()).toBe(false);
  fireEvent.pointerMove(document.body);
  pass(59_000);
  expect(hidden()).toBe(false);
  pass(1_000);
  expect(hidden()).toBe(true);
  fireEvent.pointerMove(document.body);
  expect(hidden()).toBe(true);
  fireEvent.pointerDown(document.body);
  expect(hidden()).toBe(false);
});

test('a screen without a person does not go blank', () => {
  render(<PrivacyGuard />);
  pass(120_000);
  expect(hidden()).toBe(false);
});
