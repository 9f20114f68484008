/**
 * The messages of the bridge, version 1: JSON-RPC 2.0 in text frames.
 *
 * Only additions happen inside a version, so a reader of these messages
 * ignores fields and notifications that it does not know.
 */

import type { CardAddress, CardFailed, CardIdentity, CardPicture, CardVerdict, ReadScope } from './eid.js';

export const SUBPROTOCOL = 'openbalie.bridge.v1';
export const PORT = 24787;

export type ReaderState = 'empty' | 'present' | 'mute' | 'busy';

export type Capability = 'readers' | 'card.uid' | ReadScope | 'simulate' | (string & {});

export type ServiceCode = 'PCSC_DOWN' | 'PCSC_DENIED';

export type CardProblemCode =
  | 'RANDOM_UID'
  | 'CARD_MUTE'
  | 'CARD_UNKNOWN'
  | 'READER_BUSY'
  | 'EID_CONTACTLESS'
  | 'CARD_NOT_ACTIVATED'
  | 'MOBIB'
  | 'CARD_FOREIGN';

/** `eid`: an identity card that `card.read` reads; nothing of it was read yet. */
export type CardKind = 'pass' | 'eid' | 'other';

export interface Service {
  state: 'ok' | 'down';
  code?: ServiceCode;
}

export interface CardProblem {
  code: CardProblemCode;
  message?: string;
}

export interface Card {
  presentationId?: string;
  kind?: CardKind;
  chipNumber?: string;
  problem?: CardProblem;
}

export interface Reader {
  id: string;
  name: string;
  state: ReaderState;
  card?: Card;
}

/** The first frame of every connection. */
export interface Hello {
  bridgeId: string;
  nonce: string;
  time: string;
  version: string;
  capabilities: Capability[];
  service: Service;
}

/** A card came onto a reader. */
export interface CardPresented {
  seq: number;
  presentationId: string;
  readerId: string;
  /** Milliseconds on the bridge's monotonic clock. */
  t: number;
  /** The wall clock of the bridge, RFC 3339. */
  wall: string;
  kind: CardKind;
  /** The UID of the chip, upper-case hexadecimal. */
  chipNumber?: string;
  problem?: CardProblem;
}

export interface CardRemoved {
  seq: number;
  presentationId: string;
  readerId: string;
}

export interface Notifications {
  hello: Hello;
  'service.changed': { seq: number; service: Service };
  'reader.added': { seq: number; reader: Reader };
  'reader.changed': { seq: number; reader: Reader };
  'reader.removed': { seq: number; readerId: string };
  'card.presented': CardPresented;
  'card.removed': CardRemoved;
  'card.identity': CardIdentity;
  'card.address': CardAddress;
  'card.picture': CardPicture;
  'card.verdict': CardVerdict;
  'card.failed': CardFailed;
  'bridge.draining': Record<string, never>;
}

/** A text in the four languages. */
export type Words = Record<'nl' | 'fr' | 'de' | 'en', string>;

/** A card for practice. */
export interface SampleCard {
  id: string;
  /** As `card.presented` will say. */
  kind?: CardKind;
  label: string;
  labels: Words;
  /** What happens with it. */
  notes?: Words;
  uitpasNumber?: string;
  /** Absent where it changes with every tap, or does not answer. */
  chipNumber?: string;
}

/** A reader for practice, plugged in or not. */
export interface SimulatedReader {
  id: string;
  name: string;
  plugged: boolean;
  mute: boolean;
  state: ReaderState;
}

/** What a page may ask, with the parameters and the answer of each. */
export interface Methods {
  'readers.list': {
    params: Record<string, never>;
    result: { seq: number; service: Service; readers: Reader[] };
  };
  ping: { params: Record<string, never>; result: Record<string, never> };
  'card.read': {
    params: { presentationId: string; scope: ReadScope };
    result: { presentationId: string; scope: ReadScope };
  };
  'card.stop': { params: { presentationId: string }; result: Record<string, never> };
  'simulate.list': {
    params: Record<string, never>;
    result: { cards: SampleCard[]; readers: SimulatedReader[] };
  };
  'simulate.tap': {
    params: { cardId?: string; chipNumber?: string; readerId?: string; holdMs?: number };
    result: { readerId: string };
  };
  'simulate.lift': { params: { readerId?: string }; result: { readerId: string } };
  'simulate.reader': {
    params: { action: 'plug' | 'unplug' | 'mute' | 'unmute'; readerId?: string };
    result: { readerId: string };
  };
}

export type Method = keyof Methods;

/** Why the bridge ended a connection. */
export const CloseCode = {
  restart: 1012,
  badMessage: 4400,
  forbidden: 4403,
  flood: 4429,
  draining: 4503,
} as const;

/** A request that the bridge answered with an error. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: number;
  /** The stable name of the error, such as `NO_READER`. */
  readonly reason: string;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(
    code: number,
    message: string,
    data: { name?: string; retryable?: boolean; hint?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.reason = data.name ?? '';
    this.retryable = data.retryable ?? false;
    this.hint = data.hint;
  }
}

/** A frame as it arrives: an answer or a notification. */
export type Frame =
  | { kind: 'notification'; method: string; params: unknown }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: BridgeError };

/** Reads one frame; undefined when it is none of ours. */
export function parseFrame(text: string): Frame | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(message) || message['jsonrpc'] !== '2.0') return undefined;

  if (typeof message['method'] === 'string' && !('id' in message)) {
    return { kind: 'notification', method: message['method'], params: message['params'] ?? {} };
  }
  const id = message['id'];
  if (typeof id !== 'number') return undefined;
  const error = message['error'];
  if (isRecord(error)) return { kind: 'error', id, error: bridgeError(error) };
  if ('result' in message) return { kind: 'result', id, result: message['result'] };
  return undefined;
}

/** The error that a frame tells. */
export function bridgeError(error: Record<string, unknown>): BridgeError {
  const data = isRecord(error['data']) ? error['data'] : {};
  return new BridgeError(Number(error['code'] ?? 0), String(error['message'] ?? ''), {
    name: String(data['name'] ?? ''),
    retryable: data['retryable'] === true,
    ...(typeof data['hint'] === 'string' ? { hint: data['hint'] } : {}),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
