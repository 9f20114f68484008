import type { Shipment } from './types';

/** How a parcel stands: what somebody still has to do about it comes first. */
export function shipmentState(shipment: Shipment): 'recalled' | 'underway' | 'incomplete' | 'received' {
  if (shipment.recalledAt) return 'recalled';
  if (!shipment.receivedAt) return 'underway';
  return shipment.missing > 0 ? 'incomplete' : 'received';
}

export const shipmentTone = {
  recalled: 'plain',
  underway: 'note',
  incomplete: 'warn',
  received: 'ok',
} as const;

/** How many somebody counted, or undefined when it is no number. */
export function readCount(typed: string, most = 100_000): number | undefined {
  const text = typed.replace(/[\s.]/g, '');
  const count = /^\d{1,6}$/.test(text) ? Number(text) : undefined;
  return count !== undefined && count <= most ? count : undefined;
}
