import { act, fireEvent, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeyLayer, listenForKeys, useCharacterKeys, useKey, useKeys } from './keys';

let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  stop = listenForKeys();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  localStorage.clear();
});

let clock = 1000;

/** Presses a key some time after the one before, as a hand or a scanner would. */
function press(
  key: string,
  { after = 500, on = document.body, ...init }: { after?: number; on?: Element } & KeyboardEventInit = {},
) {
  clock += after;
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, 'timeStamp', { value: clock });
  fireEvent(on, event);
  return event;
}
const wait = () => {
  act(() => {
    vi.advanceTimersByTime(100);
  });
};

function On({ name, run, everywhere = false }: { name: string; run: () => void; everywhere?: boolean }) {
  useKey(name, `does ${name}`, run, { everywhere });
  return null;
}

test('a letter acts outside fields and is only a letter inside them', () => {
  const run = vi.fn();
  const { getByRole } = render(
    <>
      <On name="n" run={run} />
      <input type="text" />
    </>,
  );
  press('n', { on: getByRole('textbox') });
  wait();
  expect(run).not.toHaveBeenCalled();
  press('n');
  wait();
  expect(run).toHaveBeenCalledOnce();
});

test('the digits of a scanner are not keys', () => {
  const run = vi.fn();
  render(<On name="1" run={run} />);
  for (const digit of '1114111') press(digit, { after: 8 });
  wait();
  expect(run).not.toHaveBeenCalled();
  press('1');
  wait();
  expect(run).toHaveBeenCalledOnce();
});

test('letters can be switched off, and function keys stay', () => {
  const letter = vi.fn();
  const hide = vi.fn();
  function Setting() {
    const [on, setOn] = useCharacterKeys();
    return (
      <button
        type="button"
        onClick={() => {
          setOn(!on);
        }}
      >
        Letters
      </button>
    );
  }
  const { getByRole } = render(
    <>
      <Setting />
      <On name="n" run={letter} />
      <On name="F8" run={hide} />
    </>,
  );
  fireEvent.click(getByRole('button'));
  press('n');
  press('F8');
  wait();
  expect(letter).not.toHaveBeenCalled();
  expect(hide).toHaveBeenCalledOnce();
  fireEvent.click(getByRole('button'));
  press('n');
  wait();
  expect(letter).toHaveBeenCalledOnce();
});

test('Ctrl Z is left to a field that is typed in', () => {
  const undo = vi.fn();
  const { getByRole } = render(
    <>
      <On name="mod+z" run={undo} />
      <input type="text" />
    </>,
  );
  press('z', { ctrlKey: true, on: getByRole('textbox') });
  expect(undo).not.toHaveBeenCalled();
  expect(press('z', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(undo).toHaveBeenCalledOnce();
});

test('Enter is left to what it presses', () => {
  const open = vi.fn();
  const { getByRole } = render(
    <>
      <On name="Enter" run={open} />
      <button type="button">Close</button>
    </>,
  );
  expect(press('Enter', { on: getByRole('button') }).defaultPrevented).toBe(false);
  expect(open).not.toHaveBeenCalled();
  press('Enter');
  expect(open).toHaveBeenCalledOnce();
});

test('under a dialog the keys of the page are silent, those for everywhere are not', () => {
  const page = vi.fn();
  const hide = vi.fn();
  const dialog = vi.fn();
  render(
    <>
      <On name="n" run={page} />
      <On name="F8" run={hide} everywhere />
      <KeyLayer value={1}>
        <On name="j" run={dialog} />
      </KeyLayer>
    </>,
  );
  press('n');
  wait();
  press('F8');
  press('j');
  wait();
  expect(page).not.toHaveBeenCalled();
  expect(hide).toHaveBeenCalledOnce();
  expect(dialog).toHaveBeenCalledOnce();
});

test('the list holds what is on screen', () => {
  const seen: string[][] = [];
  function List() {
    seen.push(useKeys().map((key) => key.label));
    return null;
  }
  const { rerender } = render(
    <>
      <List />
      <On name="n" run={() => undefined} />
    </>,
  );
  expect(seen.at(-1)).toEqual(['does n']);
  rerender(<List />);
  expect(seen.at(-1)).toEqual([]);
});
