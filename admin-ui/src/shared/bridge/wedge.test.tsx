import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForKeys, useKey } from '@/shared/ui/keys';
import { listenForScans } from './wedge';

const scans: string[] = [];
let stop: () => void;
let clock = 0;

beforeEach(() => {
  vi.useFakeTimers();
  scans.length = 0;
  stop = listenForScans((text) => scans.push(text));
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

function press(target: Element, key: string, gapMs: number, code = '') {
  clock += gapMs;
  vi.advanceTimersByTime(gapMs);
  const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true });
  Object.defineProperty(event, 'timeStamp', { value: clock });
  const goesOn = fireEvent(target, event);
  if (goesOn && key.length === 1 && target instanceof HTMLInputElement) {
    fireEvent.change(target, { target: { value: target.value + key } });
  }
  return goesOn;
}

function type(target: Element, text: string, gapMs: number) {
  press(target, text.charAt(0), 500);
  for (const key of text.slice(1)) press(target, key, gapMs);
  return press(target, 'Enter', gapMs);
}

function Shortcut({ onRun }: { onRun: () => void }) {
  useKey('9', 'nine', onRun);
  return null;
}

function Field() {
  const [value, setValue] = useState('');
  return (
    <input
      aria-label="field"
      value={value}
      onChange={(event) => {
        setValue(event.target.value);
      }}
    />
  );
}

test.each(['0900000095902', '83030201540', '04784CDAEE3880'])('hears %s from a scanner', (number) => {
  expect(type(document.body, number, 8)).toBe(false);
  expect(scans).toEqual([number]);
});

test('hears a scanner that types as slowly as some do', () => {
  type(document.body, '0900000095902', 45);
  expect(scans).toEqual(['0900000095902']);
});

test('leaves a person who types alone, however fast', () => {
  expect(type(document.body, '0900000095902', 70)).toBe(true);
  expect(scans).toEqual([]);
});

test.each(['090000009590', '12345', '09000000959021234', 'hallo daar!!!'])(
  '%s is no number of ours',
  (text) => {
    type(document.body, text, 8);
    expect(scans).toEqual([]);
  },
);

test('reads a qwerty scanner on an azerty computer by its keys', () => {
  const azerty = 'à&é"\'(§è!ç';
  const number = '0900000095902';
  for (const [i, digit] of Array.from(number).entries()) {
    press(document.body, azerty[Number(digit)]!, i === 0 ? 500 : 8, `Digit${digit}`);
  }
  press(document.body, 'Enter', 8);
  expect(scans).toEqual([number]);
});

test('sets off no shortcut of one letter', () => {
  const shortcut = vi.fn();
  const stopKeys = listenForKeys();
  render(<Shortcut onRun={shortcut} />);
  type(document.body, '0900000095902', 8);
  vi.advanceTimersByTime(500);
  expect(shortcut).not.toHaveBeenCalled();

  press(document.body, '9', 500);
  vi.advanceTimersByTime(500);
  expect(shortcut).toHaveBeenCalledOnce();
  stopKeys();
});

test('takes out of a field what the scanner wrote there, and keeps what was typed', () => {
  render(<Field />);
  const field = screen.getByLabelText<HTMLInputElement>('field');
  press(field, 'a', 500);
  press(field, 'b', 300);
  type(field, '0900000095902', 8);
  expect(scans).toEqual(['0900000095902']);
  expect(field.value).toBe('ab');
});

test('a slow Enter after fast keys is a person’s', () => {
  press(document.body, '0', 500);
  for (const key of '900000095902') press(document.body, key, 8);
  press(document.body, 'Enter', 400);
  expect(scans).toEqual([]);
});
