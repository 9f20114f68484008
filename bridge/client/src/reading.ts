import type { CardAddress, CardFile, CardIdentity, CardPicture, CardVerdict } from './eid.js';
import { bridgeError, type BridgeError, type Notifications } from './protocol.js';

/** One part of an identity card, in the order in which people wait for them. */
export type CardPart =
  | ({ part: 'identity' } & Omit<CardIdentity, 'seq'>)
  | ({ part: 'address' } & Omit<CardAddress, 'seq'>)
  | ({ part: 'picture' } & Omit<CardPicture, 'seq'>)
  /** This file could not be read; the others follow. */
  | { part: 'failed'; presentationId: string; file: CardFile; error: BridgeError }
  /** The last one. */
  | ({ part: 'verdict' } & Omit<CardVerdict, 'seq'>);

/** One `card.read` from its request to its end; what nobody fetched is dropped then. */
export class Reading {
  readonly presentationId: string;
  private parts: CardPart[] = [];
  private wake: (() => void) | undefined;
  private answered = false;
  private failure: { reason: unknown } | undefined;
  /** Whether the bridge has nothing more to say about it. */
  over = false;

  constructor(presentationId: string) {
    this.presentationId = presentationId;
  }

  /** The bridge answered the request: what it tells from here on is about this read. */
  begin(): void {
    this.answered = true;
  }

  /** Follows one notification about the presentation. */
  hear(method: keyof Notifications, params: unknown): void {
    if (!this.answered || this.failure) return;
    const part = partOf(method, params);
    if (!part) return;
    if (part instanceof Error) {
      this.over = true;
      this.failure ??= { reason: part };
    } else {
      this.over = part.part === 'verdict';
      this.parts.push(part);
    }
    this.wake?.();
  }

  /** Ends the read at once, and forgets what nobody fetched. */
  fail(reason: unknown): void {
    this.failure ??= { reason };
    this.parts = [];
    this.wake?.();
  }

  /** The next part; throws why there is none. */
  async next(): Promise<CardPart> {
    for (;;) {
      const part = this.parts.shift();
      if (part) return part;
      if (this.failure) throw this.failure.reason;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

function partOf(method: keyof Notifications, params: unknown): CardPart | BridgeError | undefined {
  switch (method) {
    case 'card.identity': {
      const { presentationId, identity, raw } = params as CardIdentity;
      return { part: 'identity', presentationId, identity, raw };
    }
    case 'card.address': {
      const { presentationId, address, raw } = params as CardAddress;
      return { part: 'address', presentationId, address, raw };
    }
    case 'card.picture': {
      const { seq: _, ...picture } = params as CardPicture;
      return { part: 'picture', ...picture };
    }
    case 'card.verdict': {
      const { presentationId, verdict, files } = params as CardVerdict;
      return { part: 'verdict', presentationId, verdict, files };
    }
    case 'card.failed': {
      const { presentationId, file, error } = params as Notifications['card.failed'];
      const failure = bridgeError({ ...error });
      return file ? { part: 'failed', presentationId, file, error: failure } : failure;
    }
    default:
      return undefined;
  }
}
