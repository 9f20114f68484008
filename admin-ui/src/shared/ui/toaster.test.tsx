import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForKeys } from './keys';
import { dismissAllToasts, showToast } from './toast-store';
import { Toaster } from './toaster';

let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  stop = listenForKeys();
  render(<Toaster />);
});
afterEach(() => {
  act(dismissAllToasts);
  stop();
  vi.useRealTimers();
});

const pass = (seconds: number) => {
  for (let second = 0; second < seconds; second++) {
    act(() => {
      vi.advanceTimersByTime(1000);
    });
  }
};
const show = (content: Parameters<typeof showToast>[0]) => {
  act(() => {
    showToast(content);
  });
};

test('a toast is said politely and goes after ten seconds', () => {
  show({ tone: 'ok', text: 'Saved' });
  expect(screen.getByRole('status').textContent).toContain('Saved');
  pass(9);
  expect(screen.queryByText('Saved')).not.toBeNull();
  pass(1);
  expect(screen.queryByText('Saved')).toBeNull();
});

test('the time that is left is shown', () => {
  show({ tone: 'points', text: '1 point', undo: vi.fn() });
  expect(screen.getByText('nog 10 s')).toBeTruthy();
  pass(3);
  expect(screen.getByText('nog 7 s')).toBeTruthy();
});

test('the clock stands still under the pointer and under the focus', () => {
  show({ tone: 'ok', text: 'Saved', undo: vi.fn() });
  fireEvent.mouseEnter(screen.getByText('Saved'));
  fireEvent.mouseOver(screen.getByText('Saved'));
  pass(30);
  expect(screen.queryByText('Saved')).not.toBeNull();
  fireEvent.mouseOut(screen.getByText('Saved'));
  act(() => {
    screen.getByRole('button', { name: 'Ongedaan maken' }).focus();
  });
  pass(30);
  expect(screen.queryByText('Saved')).not.toBeNull();
  act(() => {
    screen.getByRole('button', { name: 'Ongedaan maken' }).blur();
  });
  pass(10);
  expect(screen.queryByText('Saved')).toBeNull();
});

test('undo runs once, keeps the toast until it settles, then closes it', async () => {
  let settle: () => void = () => undefined;
  const undo = vi.fn(
    () =>
      new Promise<void>((done) => {
        settle = done;
      }),
  );
  show({ tone: 'points', text: '1 point', undo });
  const button = screen.getByRole('button', { name: 'Ongedaan maken' });
  fireEvent.click(button);
  fireEvent.click(button);
  pass(20);
  expect(undo).toHaveBeenCalledOnce();
  expect(screen.queryByText('1 point')).not.toBeNull();
  await act(async () => {
    settle();
    await Promise.resolve();
  });
  expect(screen.queryByText('1 point')).toBeNull();
});

test('Ctrl Z takes back the newest, then the one before', async () => {
  const first = vi.fn();
  const second = vi.fn();
  show({ tone: 'points', text: 'first', undo: first });
  show({ tone: 'points', text: 'second', undo: second });
  await act(async () => {
    fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true });
    await Promise.resolve();
  });
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  await act(async () => {
    fireEvent.keyDown(document.body, { key: 'z', ctrlKey: true });
    await Promise.resolve();
  });
  expect(first).toHaveBeenCalledOnce();
});

test('no more than three stand at once', () => {
  for (const text of ['one', 'two', 'three', 'four']) show({ tone: 'note', text });
  expect(screen.queryByText('one')).toBeNull();
  expect(screen.queryByText('four')).not.toBeNull();
});
