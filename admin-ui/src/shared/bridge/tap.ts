import type { CardProblemCode } from '@openbalie/bridge-client';

/** A card on the reader or a number from the scanner; or what kept a card from being read. */
export type Tap =
  { source: 'CHIP' | 'SCANNER'; identifier: string } | { source: 'CHIP'; problem: CardProblemCode };

type Handler = (tap: Tap) => void;

/** Brings each tap to one handler: the part that asked last, or whoever hears it otherwise. */
export class TapHandlers {
  private readonly asked: Handler[] = [];
  private otherwise: Handler | undefined;

  add(handler: Handler): () => void {
    this.asked.push(handler);
    return () => {
      this.asked.splice(this.asked.indexOf(handler), 1);
    };
  }

  setOtherwise(handler: Handler): () => void {
    this.otherwise = handler;
    return () => {
      if (this.otherwise === handler) this.otherwise = undefined;
    };
  }

  deliver(tap: Tap): void {
    (this.asked.at(-1) ?? this.otherwise)?.(tap);
  }
}
