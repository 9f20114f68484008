import type { Shelf } from './types';

/** The two kinds of cards, by the mark on them. */
export const kinds = ['plain', 'social'] as const;

export type Kind = (typeof kinds)[number];

/** What a counter has of each kind. */
export interface CounterStock {
  counterId: string;
  local: Record<Kind, number>;
  sent: number;
  /** The kinds of which it has fewer than the card system wants. */
  low: Kind[];
  wanted: number;
}

export const kindOf = ({ socialTariff }: { socialTariff: boolean }): Kind =>
  socialTariff ? 'social' : 'plain';

/** What the region has in stock of each kind. */
export function regionStock(shelves: readonly Shelf[], cardSystemId: number): Record<Kind, number> {
  const out = { plain: 0, social: 0 };
  for (const shelf of shelves)
    if (shelf.cardSystemId === cardSystemId && !shelf.counterId) out[kindOf(shelf)] += shelf.inStock;
  return out;
}

/** The counters of a card system, those with too few first. */
export function counterStocks(shelves: readonly Shelf[], cardSystemId: number): CounterStock[] {
  const found = new Map<string, CounterStock>();
  for (const shelf of shelves) {
    if (shelf.cardSystemId !== cardSystemId || !shelf.counterId) continue;
    const at: CounterStock = found.get(shelf.counterId) ?? {
      counterId: shelf.counterId,
      local: { plain: 0, social: 0 },
      sent: 0,
      low: [],
      wanted: shelf.wanted,
    };
    at.local[kindOf(shelf)] += shelf.local;
    at.sent += shelf.sent;
    if (shelf.low) at.low.push(kindOf(shelf));
    found.set(shelf.counterId, at);
  }
  return [...found.values()].sort((a, b) => b.low.length - a.low.length);
}
