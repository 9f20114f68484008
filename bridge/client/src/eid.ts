/** How much of an identity card a page asks for; each includes the one before. */
export type ReadScope = 'card.identity' | 'card.photo';

/** The files of an identity card. */
export type CardFile =
  'identity' | 'identitySignature' | 'address' | 'addressSignature' | 'picture' | 'certificate';

/** A date of which the card may not know every part. */
export interface PartialDate {
  year?: number;
  month?: number;
  day?: number;
  /** As on the card. */
  text: string;
}

/** What the identity file says, for showing only; texts are as on the card. */
export interface Identity {
  cardNumber: string;
  chipSerial: string;
  /** YYYY-MM-DD. */
  validFrom?: string;
  /** The last day, YYYY-MM-DD. */
  validUntil?: string;
  issuedBy: string;
  nationalNumber: string;
  lastName: string;
  /** The first two. */
  firstNames: string;
  thirdInitial?: string;
  nationality: string;
  placeOfBirth: string;
  dateOfBirth: PartialDate;
  sex?: 'M' | 'F';
  nobleCondition?: string;
  documentType: { code: number; name: string; permit?: string };
  specialStatus?: { code: number; whiteCane: boolean; yellowCane: boolean; extendedMinority: boolean };
  duplicate?: string;
  specialOrganisation?: string;
  familyMember?: boolean;
  protection?: string;
  workMention?: string;
  vatNumbers?: string[];
  regionalFile?: string;
  mentionB?: string;
  mentionC?: string;
  mentions?: string;
  mentionK?: string;
  unionSince?: string;
}

/** What the address file says; three empty texts on a card without an address. */
export interface Address {
  /** With number and box. */
  street: string;
  postalCode: string;
  municipality: string;
}

export type Check =
  | 'identity'
  | 'address'
  | 'picture'
  | 'issuer'
  | 'signer'
  | 'signerDates'
  | 'revocation'
  | 'cardDates'
  | 'number'
  | (string & {});

export interface Finding {
  check: Check;
  result: 'passed' | 'warned' | 'undone' | 'failed';
  reason?: string;
}

/** What the bridge itself found. Only the server's verdict counts for more than the screen. */
export interface Verdict {
  verified: boolean;
  authentic: boolean;
  why?: string;
  findings: Finding[];
}

/** The files that prove the others, base64; absent where the card has none. */
export interface Proofs {
  identitySignature?: string;
  addressSignature?: string;
  certificate?: string;
}

interface About {
  seq: number;
  presentationId: string;
}

export interface CardIdentity extends About {
  identity: Identity;
  /** The whole file, base64, as in every `raw`. */
  raw: string;
}

export interface CardAddress extends About {
  address: Address;
  raw: string;
}

export interface CardPicture extends About {
  mediaType: 'image/jpeg';
  width?: number;
  height?: number;
  raw: string;
}

export interface CardVerdict extends About {
  verdict: Verdict;
  files: Proofs;
}

export interface CardFailed extends About {
  /** The file that could not be read; absent when the whole read has ended. */
  file?: CardFile;
  error: { code: number; message: string; data?: { name?: string; retryable?: boolean; hint?: string } };
}
