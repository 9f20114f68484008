import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { Field } from './field';

function Number({ onEnter }: { onEnter?: () => void }) {
  const [value, setValue] = useState('');
  return (
    <Field
      label="Number"
      help="Four digits"
      value={value}
      onChange={setValue}
      finished={(text) => text.length >= 4}
      check={(text) => (/^\d{4}$/.test(text) ? null : 'Not four digits')}
      {...(onEnter && { onEnter })}
    />
  );
}

const field = () => screen.getByRole('textbox', { name: 'Number' });

test('nothing is said while one types', async () => {
  render(<Number />);
  await userEvent.type(field(), '12');
  expect(screen.queryByText('Not four digits')).toBeNull();
  expect(field().getAttribute('aria-invalid')).toBeNull();
});

test('the error comes when one leaves, is tied to the field, and goes while one mends it', async () => {
  render(<Number />);
  await userEvent.type(field(), '12');
  await userEvent.tab();
  expect(
    screen.getByRole('textbox', { name: 'Number', description: 'Four digits Not four digits' }),
  ).toBeTruthy();
  expect(field().getAttribute('aria-invalid')).toBe('true');
  await userEvent.type(field(), '34');
  expect(screen.queryByText('Not four digits')).toBeNull();
});

test('the error comes at once when the value is finished', async () => {
  render(<Number />);
  await userEvent.type(field(), '12a4');
  expect(screen.getByText('Not four digits')).toBeTruthy();
});

test('a finished value without fault is ticked', async () => {
  render(<Number />);
  await userEvent.type(field(), '123');
  expect(screen.queryByTestId('right')).toBeNull();
  await userEvent.type(field(), '4');
  expect(screen.getByTestId('right')).toBeTruthy();
});

test('leaving an empty field says nothing, and emptying it forgives', async () => {
  render(<Number />);
  await userEvent.click(field());
  await userEvent.tab();
  expect(screen.queryByText('Not four digits')).toBeNull();
  await userEvent.type(field(), '1');
  await userEvent.tab();
  expect(screen.getByText('Not four digits')).toBeTruthy();
  await userEvent.clear(field());
  await userEvent.type(field(), '1');
  expect(screen.queryByText('Not four digits')).toBeNull();
});

test('Enter acts, and shows what is wrong', async () => {
  const act = vi.fn();
  render(<Number onEnter={act} />);
  await userEvent.type(field(), '1{Enter}');
  expect(act).toHaveBeenCalledOnce();
  expect(screen.getByText('Not four digits')).toBeTruthy();
});

test('an error from the server is shown at once', () => {
  render(<Field label="Mail" value="a@b" onChange={() => undefined} error="Already in use" />);
  expect(screen.getByRole('textbox', { name: 'Mail', description: 'Already in use' })).toBeTruthy();
});
