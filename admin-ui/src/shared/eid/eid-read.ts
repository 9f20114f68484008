import type { CardFile, CardProblemCode } from '@openbalie/bridge-client';
import type { EidAnswer, EidFiles } from '@/api/types';

/** What is read one after the other, each shown as soon as it is there. */
export type EidPart = 'identity' | 'address' | 'picture';

/** `absent`: this card, or this computer's settings, give none. */
export type PartState = 'waiting' | 'there' | 'failed' | 'absent';

/** Who stands on the card: as the bridge reads it, until the back end has read it too. */
export type EidPerson = Pick<
  EidAnswer['identity'],
  'firstNames' | 'lastName' | 'dateOfBirth' | 'placeOfBirth' | 'nationality'
>;
export type EidAddress = NonNullable<EidAnswer['address']>;

/** Why a card could not be read, each with its own way out. The names in capitals are the bridge's, with words of their own. */
export type EidProblem =
  | 'removed'
  | 'mute'
  | 'scope'
  | 'busy'
  | 'gone'
  | 'failed'
  | Extract<CardProblemCode, 'MOBIB' | 'CARD_FOREIGN' | 'CARD_NOT_ACTIVATED' | 'CARD_UNKNOWN'>;

/**
 * How far one eID is. `reading`: files come in. `checking`: the back end looks
 * at them. `checked`: it answered. `unchecked`: it could not be asked; what was
 * read stays. `failed`: nothing could be read, and nothing is kept.
 */
export interface EidRead {
  stage: 'reading' | 'checking' | 'checked' | 'unchecked' | 'failed';
  /** Whether the card is still in the reader. */
  inserted: boolean;
  parts: Record<EidPart, PartState>;
  person?: EidPerson;
  address?: EidAddress;
  /** The photo as a data URL. */
  picture?: string;
  /** Kept until the back end has seen them, not longer. */
  files: Partial<EidFiles>;
  answer?: EidAnswer;
  problem?: EidProblem;
  /** The bridge's own name of the problem, for the helpdesk. */
  code?: string | undefined;
  /** What kept the back end from answering. */
  error?: unknown;
}

export type EidEvent =
  | { type: 'start'; withPicture: boolean }
  | { type: 'identity'; person: EidPerson; raw: string }
  /** A card without an address has none to show; its file is kept all the same. */
  | { type: 'address'; address: EidAddress | undefined; raw: string }
  | { type: 'picture'; raw: string }
  | { type: 'part-failed'; file: CardFile }
  | { type: 'read'; files: Pick<EidFiles, 'identitySignature' | 'addressSignature' | 'certificate'> }
  | { type: 'failed'; code: string | undefined }
  | { type: 'removed' }
  | { type: 'check' }
  | { type: 'answered'; answer: EidAnswer }
  | { type: 'refused'; error: unknown };

/** A card that was just put in. */
export function startOfRead(withPicture: boolean): EidRead {
  return {
    stage: 'reading',
    inserted: true,
    parts: { identity: 'waiting', address: 'waiting', picture: withPicture ? 'waiting' : 'absent' },
    files: {},
  };
}

/** What an event makes of a read. Pure: the hook beside it speaks with the bridge and the back end. */
export function advance(read: EidRead, event: EidEvent): EidRead {
  switch (event.type) {
    case 'start':
      return startOfRead(event.withPicture);
    case 'identity':
    case 'address':
    case 'picture':
    case 'part-failed':
    case 'read':
      // What comes late, from a read that has ended, is not shown any more.
      return read.stage === 'reading' ? withPart(read, event) : read;
    case 'failed':
      return read.stage === 'reading' ? failedRead(event.code, read.inserted) : read;
    case 'removed':
      // Half a card is no card: the person puts it back and all is read anew.
      return read.stage === 'reading' ? failedRead('CARD_REMOVED', false) : { ...read, inserted: false };
    case 'check':
      return read.stage === 'unchecked' ? { ...read, stage: 'checking', error: undefined } : read;
    case 'answered':
      return answered(read, event.answer);
    case 'refused':
      return { ...read, stage: 'unchecked', error: event.error };
  }
}

type PartEvent = Extract<EidEvent, { type: EidPart | 'part-failed' | 'read' }>;

function withPart(read: EidRead, event: PartEvent): EidRead {
  switch (event.type) {
    case 'identity':
      return { ...there(read, 'identity', event.raw), person: event.person };
    case 'address':
      return addressed(read, event);
    case 'picture':
      return { ...there(read, 'picture', event.raw), picture: `data:image/jpeg;base64,${event.raw}` };
    case 'part-failed':
      return isPart(event.file) ? { ...read, parts: { ...read.parts, [event.file]: 'failed' } } : read;
    case 'read':
      if (read.parts.identity !== 'there') return failedRead('READ_FAILED', read.inserted);
      return {
        ...read,
        stage: 'checking',
        parts: { ...read.parts, address: settled(read.parts.address), picture: settled(read.parts.picture) },
        files: { ...read.files, ...event.files },
      };
  }
}

function there(read: EidRead, part: EidPart, raw: string): EidRead {
  return {
    ...read,
    parts: { ...read.parts, [part]: 'there' },
    files: { ...read.files, [part]: raw },
  };
}

// From here on the screen shows what the back end read from the same bytes.
function answered(read: EidRead, answer: EidAnswer): EidRead {
  return {
    ...read,
    stage: 'checked',
    files: {},
    answer,
    person: answer.identity,
    ...(answer.address && { address: answer.address }),
  };
}

function addressed(read: EidRead, { address, raw }: Extract<EidEvent, { type: 'address' }>): EidRead {
  const next = there(read, 'address', raw);
  return address ? { ...next, address } : { ...next, parts: { ...next.parts, address: 'absent' } };
}

// The signatures and the certificate are looked at by the back end alone.
function isPart(file: CardFile): file is EidPart {
  return file === 'identity' || file === 'address' || file === 'picture';
}

function settled(state: PartState): PartState {
  return state === 'waiting' ? 'absent' : state;
}

function failedRead(code: string | undefined, inserted: boolean): EidRead {
  const problem = problemOf(code);
  return {
    ...startOfRead(false),
    stage: 'failed',
    inserted: inserted && problem !== 'removed',
    problem,
    code,
  };
}

/** The bridge's name of an error, in the kinds that have words of their own. */
export function problemOf(errorName: string | undefined): EidProblem {
  switch (errorName) {
    case 'CARD_REMOVED':
    case 'NO_PRESENTATION':
      return 'removed';
    case 'CARD_MUTE':
      return 'mute';
    case 'SCOPE_DENIED':
      return 'scope';
    case 'READER_BUSY':
      return 'busy';
    case 'GONE':
    case 'TIMEOUT':
    case 'PCSC_DOWN':
    case 'PCSC_DENIED':
    case 'NO_READER':
      return 'gone';
    case 'NOT_AN_EID':
      return 'CARD_UNKNOWN';
    case 'MOBIB':
    case 'CARD_FOREIGN':
    case 'CARD_NOT_ACTIVATED':
    case 'CARD_UNKNOWN':
      return errorName;
    default:
      return 'failed';
  }
}

/** Problems that pass by themselves while the card stays where it is. */
export function canReadAgain(problem: EidProblem): boolean {
  return problem === 'busy' || problem === 'gone' || problem === 'failed' || problem === 'mute';
}
