import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { SuggestField } from './suggest-field';

const places = [
  { id: '9000', label: 'Gent' },
  { id: '9050', label: 'Gentbrugge', note: '9050 Gent' },
];

function Form({ onSubmit, onBlur }: { onSubmit: () => void; onBlur?: () => void }) {
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <SuggestField
        label="Place"
        value={text}
        onChange={setText}
        onBlur={onBlur}
        suggestions={places.filter(({ label }) => label.startsWith(text))}
        onChoose={(id) => {
          setText(places.find((place) => place.id === id)?.label ?? '');
        }}
      />
      <button>Go</button>
    </form>
  );
}

test('the arrow keys walk the list, Enter takes one and sends nothing', async () => {
  const sent = vi.fn();
  render(<Form onSubmit={sent} />);
  const field = screen.getByRole<HTMLInputElement>('combobox', { name: 'Place' });
  await userEvent.type(field, 'Ge');
  expect(screen.getAllByRole('option')).toHaveLength(2);
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  const active = screen.getByRole('option', { selected: true });
  expect(active.textContent).toContain('Gentbrugge');
  expect(field.getAttribute('aria-activedescendant')).toBe(active.id);
  await userEvent.keyboard('{Enter}');
  expect(field.value).toBe('Gentbrugge');
  expect(sent).not.toHaveBeenCalled();
  expect(field.getAttribute('aria-expanded')).toBe('false');
  await userEvent.keyboard('{Enter}');
  expect(sent).toHaveBeenCalledOnce();
});

test('Escape closes the list and keeps what was typed; so does leaving', async () => {
  const left = vi.fn();
  render(<Form onSubmit={vi.fn()} onBlur={left} />);
  const field = screen.getByRole<HTMLInputElement>('combobox');
  await userEvent.type(field, 'Gent');
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('option')).toBeNull();
  await userEvent.keyboard('{ArrowDown}');
  expect(screen.getAllByRole('option')).toHaveLength(2);
  await userEvent.tab();
  expect(screen.queryByRole('option')).toBeNull();
  expect(field.value).toBe('Gent');
  expect(left).toHaveBeenCalledOnce();
});

test('a press on one takes it', async () => {
  render(<Form onSubmit={vi.fn()} />);
  await userEvent.type(screen.getByRole('combobox'), 'G');
  await userEvent.click(screen.getByRole('option', { name: /Gentbrugge/ }));
  expect(screen.getByRole<HTMLInputElement>('combobox').value).toBe('Gentbrugge');
});
