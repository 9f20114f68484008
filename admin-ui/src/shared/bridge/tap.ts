import type { CardProblemCode } from '@openbalie/bridge-client';

/** A card on the reader or a number from the scanner; an eID, of which nothing is read yet; or what kept a card from being read. */
export type Tap =
  | { source: 'CHIP' | 'SCANNER'; identifier: string }
  | { source: 'EID'; presentationId: string; readerId: string }
  | { source: 'CHIP'; problem: CardProblemCode };

type Handler = (tap: Tap) => void;

/** Brings each tap to one handler: that of the part that came last. */
export class TapHandlers {
  private readonly handlers: Handler[] = [];

  add(handler: Handler): () => void {
    this.handlers.push(handler);
    return () => {
      this.handlers.splice(this.handlers.indexOf(handler), 1);
    };
  }

  deliver(tap: Tap): void {
    this.handlers.at(-1)?.(tap);
  }
}
