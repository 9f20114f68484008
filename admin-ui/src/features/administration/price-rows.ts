import type { PriceConditions, PricePreview, PriceReason, PriceRow } from './types';

/** A line of a price list while one works on it; the price as it is typed. */
export interface DraftRow {
  key: string;
  conditions: PriceConditions;
  euros: string;
  label?: PriceRow['label'];
}

export type Cell = PricePreview['cells'][number];

/** What people read under one heading: for which reasons, what each of them pays. */
export interface CellGroup {
  /** Empty: for vouchers. */
  reasons: PriceReason[];
  cells: Cell[];
}

export const reasons: PriceReason[] = [
  'FIRST_CARD',
  'EXTRA_CARD',
  'CARD_UPGRADE',
  'LOSS_THEFT',
  'DEFECT',
  'OBTAIN_KANSENSTATUUT',
  'LOSS_KANSENSTATUUT',
];

/** Cents of what somebody typed: `5`, `5,5`, `€ 5,00`. Undefined when it is no amount. */
export function readEuros(typed: string): number | undefined {
  const found = /^€?\s*(\d{1,4})(?:[.,](\d{1,2}))?\s*€?$/.exec(typed.trim());
  if (!found) return undefined;
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
}

/** An amount as one types it: `5,00`. */
export function writeEuros(cents: number): string {
  return `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')}`;
}

export function draftOf(row: PriceRow): DraftRow {
  const { id, cents, label, ...conditions } = row;
  return { key: id ?? crypto.randomUUID(), conditions, euros: writeEuros(cents), ...(label && { label }) };
}

/** The rows as they are sent, or undefined while one has no readable price. */
export function rowsOf(drafts: readonly DraftRow[]): PriceRow[] | undefined {
  const rows: PriceRow[] = [];
  for (const { conditions, euros, label } of drafts) {
    const cents = readEuros(euros);
    if (cents === undefined) return undefined;
    rows.push({ ...conditions, cents, ...(label && { label }) });
  }
  return rows;
}

/** Puts reasons that cost everybody the same under one heading; vouchers come last. */
export function groupCells(cells: readonly Cell[]): CellGroup[] {
  const byReason = new Map<PriceReason, Cell[]>();
  const vouchers: Cell[] = [];
  for (const cell of cells) {
    const { reason, voucherTypeId } = cell.conditions;
    if (voucherTypeId !== undefined || reason === undefined) vouchers.push(cell);
    else byReason.set(reason, [...(byReason.get(reason) ?? []), withoutImplied(reason, cell)]);
  }
  const groups = new Map<string, CellGroup>();
  for (const [reason, own] of byReason) {
    const same = signature(own);
    const group = groups.get(same);
    if (group) group.reasons.push(reason);
    else groups.set(same, { reasons: [reason], cells: own });
  }
  const found = [...groups.values()];
  return vouchers.length > 0 ? [...found, { reasons: [], cells: vouchers }] : found;
}

/** Conditions for a row that fills a gap: the reason only when it is about one. */
export function conditionsOfGap(group: CellGroup, cell: Cell): PriceConditions {
  return group.reasons.length > 1 ? withoutReason(cell.conditions) : cell.conditions;
}

export function withoutReason(conditions: PriceConditions): PriceConditions {
  const rest = { ...conditions };
  delete rest.reason;
  return rest;
}

/** Whether a cell has no price. */
export function isGap(cell: Cell): boolean {
  return cell.cents === undefined;
}

// Who gains or loses the social tariff has it, or not: that need not be said.
function withoutImplied(reason: PriceReason, cell: Cell): Cell {
  if (reason !== 'OBTAIN_KANSENSTATUUT' && reason !== 'LOSS_KANSENSTATUUT') return cell;
  const conditions = { ...cell.conditions };
  delete conditions.socialTariff;
  return { ...cell, conditions };
}

function signature(cells: readonly Cell[]): string {
  return JSON.stringify(
    cells.map(({ conditions: c, cents, row }) => [
      c.ageFrom,
      c.ageUntil,
      c.socialTariff,
      c.cardType,
      c.resident,
      cents,
      row,
    ]),
  );
}

/** The first day of the month after this one: when a new list usually begins. */
export function nextMonth(today: string): string {
  const [year = 0, month = 0] = today.split('-').map(Number);
  const next = new Date(Date.UTC(year, month, 1));
  return next.toISOString().slice(0, 10);
}

/** How a list stands on a day. */
export function standing(
  list: { validFrom?: string | undefined; validUntil?: string | undefined },
  today: string,
): 'coming' | 'now' | 'past' {
  if (list.validFrom !== undefined && list.validFrom > today) return 'coming';
  return list.validUntil !== undefined && list.validUntil < today ? 'past' : 'now';
}
