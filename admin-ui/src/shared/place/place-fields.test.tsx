import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { PlaceFields } from './place-fields';

const places = [
  { postalCode: '9820', name: 'Bottelare', municipality: 'Merelbeke-Melle' },
  { postalCode: '9820', name: 'Merelbeke-Melle', municipality: 'Merelbeke-Melle' },
  { postalCode: '9000', name: 'Gent', municipality: 'Gent' },
];

vi.mock('@/api/client', () => ({
  api: {
    GET: (_: string, { params }: { params: { query: { q: string } } }) =>
      places.filter((place) => place.postalCode === params.query.q || place.name.startsWith(params.query.q)),
  },
  unwrap: (answer: unknown) => Promise.resolve(answer),
}));

function Form() {
  const [place, setPlace] = useState({ postalCode: '', city: '' });
  return (
    <PlaceFields
      postalCode={{ label: 'Code', value: place.postalCode }}
      city={{ label: 'City', value: place.city }}
      onChange={(part) => {
        setPlace((now) => ({ ...now, ...part }));
      }}
    />
  );
}

function show() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Form />
    </QueryClientProvider>,
  );
  return {
    code: screen.getByRole<HTMLInputElement>('textbox', { name: 'Code' }),
    city: screen.getByRole<HTMLInputElement>('combobox', { name: 'City' }),
  };
}

test('a postal code brings its municipality, and another one another', async () => {
  const { code, city } = show();
  await userEvent.type(code, '9820');
  await waitFor(() => {
    expect(city.value).toBe('Merelbeke-Melle');
  });
  await userEvent.clear(code);
  expect(city.value).toBe('');
  await userEvent.type(code, '9000');
  await waitFor(() => {
    expect(city.value).toBe('Gent');
  });
});

test('a municipality brings its postal code', async () => {
  const { code, city } = show();
  await userEvent.type(city, 'Bott');
  await userEvent.click(await screen.findByRole('option', { name: /Bottelare/ }));
  expect(code.value).toBe('9820');
  expect(city.value).toBe('Bottelare');
});

test('whoever empties the municipality may type another', async () => {
  const { code, city } = show();
  await userEvent.type(code, '9820');
  await waitFor(() => {
    expect(city.value).toBe('Merelbeke-Melle');
  });
  await userEvent.type(city, '{Backspace}'.repeat('Merelbeke-Melle'.length));
  expect(city.value).toBe('');
  await userEvent.type(city, 'Elders');
  expect(city.value).toBe('Elders');
});
