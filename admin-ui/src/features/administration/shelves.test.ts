import { expect, it } from 'vitest';
import { counterStocks, regionStock } from './shelves';
import type { Shelf } from './types';

const shelf = (part: Partial<Shelf>): Shelf => ({
  cardSystemId: 1,
  socialTariff: false,
  inStock: 0,
  sent: 0,
  local: 0,
  wanted: 10,
  low: false,
  ...part,
});

const shelves = [
  shelf({ inStock: 100 }),
  shelf({ inStock: 40, socialTariff: true }),
  shelf({ cardSystemId: 2, inStock: 7 }),
  shelf({ counterId: 'library', local: 20, sent: 5 }),
  shelf({ counterId: 'library', local: 12, sent: 1, socialTariff: true }),
  shelf({ counterId: 'pool', local: 3, low: true }),
  shelf({ counterId: 'elsewhere', cardSystemId: 2, local: 1 }),
];

it('counts what the region has of each kind, of one card system', () => {
  expect(regionStock(shelves, 1)).toEqual({ plain: 100, social: 40 });
});

it('puts the kinds of a counter together, the counter with too few first', () => {
  expect(counterStocks(shelves, 1)).toEqual([
    { counterId: 'pool', local: { plain: 3, social: 0 }, sent: 0, low: ['plain'], wanted: 10 },
    { counterId: 'library', local: { plain: 20, social: 12 }, sent: 6, low: [], wanted: 10 },
  ]);
});
