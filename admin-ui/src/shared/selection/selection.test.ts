import { renderHook } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { choose, chooseOnly, clearSelection, useSelection } from './selection';

const an = { id: '1', firstName: 'An', name: 'Peeters' };
const bo = { id: '2', firstName: 'Bo', name: 'Janssens' };
const chosenAt = (counterId: string) => [
  ...renderHook(() => useSelection(counterId)).result.current.values(),
];

afterEach(clearSelection);

test('who was chosen stays chosen, once each, until taken out', () => {
  choose('bib', [an]);
  choose('bib', [an, bo]);
  expect(chosenAt('bib')).toEqual([an, bo]);
  choose('bib', [an], false);
  expect(chosenAt('bib')).toEqual([bo]);
  chooseOnly('bib', [an]);
  expect(chosenAt('bib')).toEqual([an]);
});

test('another counter begins with nobody', () => {
  choose('bib', [an]);
  expect(chosenAt('zwembad')).toEqual([]);
  choose('zwembad', [bo]);
  expect(chosenAt('zwembad')).toEqual([bo]);
  expect(chosenAt('bib')).toEqual([]);
});
