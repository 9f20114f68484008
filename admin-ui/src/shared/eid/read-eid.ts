import { BridgeError, type Bridge, type CardPart, type Identity } from '@openbalie/bridge-client';
import type { EidEvent, EidPerson } from './eid-read';

type Tell = (event: EidEvent) => void;

/** Reads the card of a presentation, as much of it as this computer's settings allow. Returns the way to stop. */
export function readEid(bridge: Bridge, presentationId: string, tell: Tell): () => void {
  const stop = new AbortController();
  const scope = bridge.allows('card.photo') ? 'card.photo' : 'card.identity';
  tell({ type: 'start', withPicture: scope === 'card.photo' });

  const follow = async () => {
    for await (const part of bridge.readCard(presentationId, scope, { signal: stop.signal })) {
      tell(eventOf(part));
    }
  };
  follow().catch((error: unknown) => {
    if (stop.signal.aborted) return;
    tell({ type: 'failed', code: error instanceof BridgeError ? error.reason : undefined });
  });
  return () => {
    stop.abort();
  };
}

function eventOf(part: CardPart): EidEvent {
  switch (part.part) {
    case 'identity':
      return { type: 'identity', person: personOf(part.identity), raw: part.raw };
    case 'address': {
      const { street, postalCode, municipality } = part.address;
      const empty = !street && !postalCode && !municipality;
      const address = empty ? undefined : { street, postalCode, city: municipality };
      return { type: 'address', address, raw: part.raw };
    }
    case 'picture':
      return { type: 'picture', raw: part.raw };
    case 'failed':
      return { type: 'part-failed', file: part.file };
    case 'verdict':
      // What the bridge thinks of the card is not shown: the back end looks at the files itself.
      return { type: 'read', files: part.files };
  }
}

function personOf({ firstNames, lastName, dateOfBirth, placeOfBirth, nationality }: Identity): EidPerson {
  const { year, month, day } = dateOfBirth;
  return {
    firstNames,
    lastName,
    placeOfBirth,
    nationality,
    ...(year && {
      dateOfBirth: { year, ...(month && { month }), ...(month && day && { day }) },
    }),
  };
}
