import { describe, expect, test } from 'vitest';
import {
  conditionsOfGap,
  groupCells,
  nextMonth,
  readEuros,
  standing,
  writeEuros,
  type Cell,
} from './price-rows';

describe('an amount', () => {
  test.each([
    ['5', 500],
    ['5,5', 550],
    ['5.05', 505],
    ['€ 12,00', 1200],
    ['0', 0],
  ])('%s is %i cents', (typed, cents) => {
    expect(readEuros(typed)).toBe(cents);
  });

  test.each(['', 'vijf', '-1', '5,000', '1 2'])('«%s» is none', (typed) => {
    expect(readEuros(typed)).toBeUndefined();
  });

  test('is written as it is typed', () => {
    expect([0, 5, 550, 12_000].map(writeEuros)).toEqual(['0,00', '0,05', '5,50', '120,00']);
  });
});

describe('a preview', () => {
  const cells: Cell[] = [
    { conditions: { reason: 'FIRST_CARD', ageUntil: 17 }, cents: 300, row: 1 },
    { conditions: { reason: 'FIRST_CARD', ageFrom: 18 } },
    { conditions: { reason: 'EXTRA_CARD', ageUntil: 17 }, cents: 300, row: 1 },
    { conditions: { reason: 'EXTRA_CARD', ageFrom: 18 } },
    { conditions: { reason: 'DEFECT' }, cents: 0, row: 2 },
    { conditions: { voucherTypeId: 'v' }, cents: 0, row: 3 },
  ];

  test('puts reasons with the same prices together, vouchers last', () => {
    expect(groupCells(cells).map(({ reasons, cells: own }) => [reasons, own.length])).toEqual([
      [['FIRST_CARD', 'EXTRA_CARD'], 2],
      [['DEFECT'], 1],
      [[], 1],
    ]);
  });

  test('fills a gap of several reasons with a row for all of them', () => {
    const [group] = groupCells(cells);
    expect(group && conditionsOfGap(group, group.cells[1]!)).toEqual({ ageFrom: 18 });
  });

  test('does not say that who gains the social tariff has it', () => {
    const [group, ...more] = groupCells([
      { conditions: { reason: 'DEFECT', ageFrom: 18 } },
      { conditions: { reason: 'OBTAIN_KANSENSTATUUT', socialTariff: true, ageFrom: 18 } },
    ]);
    expect(group?.reasons).toEqual(['DEFECT', 'OBTAIN_KANSENSTATUUT']);
    expect(more).toEqual([]);
  });

  test('fills a gap of one reason with a row for that one', () => {
    const [group] = groupCells([{ conditions: { reason: 'DEFECT', ageFrom: 18 } }]);
    expect(group && conditionsOfGap(group, group.cells[0]!)).toEqual({
      reason: 'DEFECT',
      ageFrom: 18,
    });
  });
});

test.each([
  ['2026-11-22', '2026-12-01'],
  ['2026-12-31', '2027-01-01'],
])('a list made on %s begins on %s', (today, begin) => {
  expect(nextMonth(today)).toBe(begin);
});

test.each([
  [{ validFrom: '2026-11-23' }, 'coming'],
  [{ validFrom: '2026-11-22' }, 'now'],
  [{ validFrom: '2026-01-01', validUntil: '2026-11-21' }, 'past'],
  [{}, 'now'],
])('%j is %s', (list, expected) => {
  expect(standing(list, '2026-11-22')).toBe(expected);
});
