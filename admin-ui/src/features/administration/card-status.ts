/** The states of a card, with the tone of each. */
export const statusTone = {
  PROVISIONED: 'plain',
  STOCK: 'note',
  SENT: 'note',
  LOCAL_STOCK: 'ok',
  ACTIVE: 'ok',
  BLOCKED: 'stop',
  DELETED: 'plain',
} as const;

export type Status = keyof typeof statusTone;

export const isStatus = (status: string): status is Status => status in statusTone;

/** Why a card that nobody has leaves the stock. */
export const discardReasons = ['LOST', 'STOLEN', 'DEFECT', 'MISTAKE'] as const;

export type DiscardReason = (typeof discardReasons)[number];

/** Whether nobody has a card in this state, so that it can leave the stock. */
export const isFree = (status: string): boolean => ['STOCK', 'SENT', 'LOCAL_STOCK'].includes(status);
