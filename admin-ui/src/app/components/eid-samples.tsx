import type { EidAnswer } from '@/api/types';
import { EidSheet } from '@/shared/eid/eid-sheet';
import { EidWaiting } from '@/shared/eid/eid-waiting';
import { advance, startOfRead, type EidEvent, type EidRead } from '@/shared/eid/eid-read';
import { FoundPassholder } from '@/shared/eid/found-passholder';
import { Section } from './section';

type Finding = EidAnswer['verdict']['findings'][number];

const inAll = (text: string) => ({ nl: text, fr: text, de: text, en: text });
const checks: Finding['check'][] = [
  'identity',
  'address',
  'picture',
  'issuer',
  'signer',
  'signerDates',
  'revocation',
  'cardDates',
  'number',
];

function verdict(wrong?: Omit<Finding, 'message'>, message = ''): EidAnswer['verdict'] {
  const findings = checks.map((check): Finding =>
    check === wrong?.check
      ? { ...wrong, message: inAll(message) }
      : { check, result: 'passed', code: 'passed', message: inAll('') },
  );
  return {
    verified: !wrong,
    authentic: !wrong || wrong.check === 'cardDates',
    code: wrong?.code ?? 'verified',
    message: inAll(message),
    findings,
  };
}

const answer: EidAnswer = {
  id: 'read',
  at: '2026-11-22T13:00:00Z',
  identity: {
    firstNames: 'Ann Maria',
    lastName: 'Peeters',
    dateOfBirth: { year: 1983, month: 3, day: 2 },
    placeOfBirth: 'Gent',
    nationality: 'Belg',
    nationalNumber: '83.03.02-•••.••',
    cardNumber: '••••••••••89',
    documentType: { code: 1, name: inAll('Belgian citizen') },
    validFrom: '2021-05-04',
    validUntil: '2031-05-04',
  },
  address: { street: 'Zuidstraat 1 bus 2', postalCode: '9000', city: 'Gent' },
  nationalNumberValid: true,
  verdict: verdict(),
};
const passholder = { id: 'ann', firstName: 'Ann', name: 'Peeters', differences: ['street' as const] };

const identity: EidEvent = { type: 'identity', person: answer.identity, raw: '' };
const address: EidEvent = { type: 'address', address: answer.address, raw: '' };
const whole: EidEvent[] = [identity, address, { type: 'read', files: {} }];
const after = (...events: EidEvent[]): EidRead => events.reduce(advance, startOfRead(true));
const answered = (more: Partial<EidAnswer>) =>
  after(...whole, { type: 'answered', answer: { ...answer, passholder, ...more } });
const failed = (code: string) => after({ type: 'failed', code });

const wrongSignature = { check: 'identity', result: 'failed', code: 'signature-wrong' } as const;
const expired = { check: 'cardDates', result: 'failed', code: 'card-expired' } as const;

const samples: { name: string; read: EidRead; shown?: string }[] = [
  { name: 'Just put in', read: after() },
  { name: 'Being read', read: after(identity) },
  { name: 'Being checked', read: after(...whole) },
  { name: 'Checked, found', read: answered({}) },
  {
    name: 'Not confirmed: signature',
    read: answered({ verdict: verdict(wrongSignature, 'The National Register did not sign these details.') }),
  },
  {
    name: 'Not confirmed: out of date',
    read: answered({ verdict: verdict(expired, 'This card was valid until 4 May 2026.') }),
  },
  { name: 'Nobody yet', read: after(...whole, { type: 'answered', answer }) },
  { name: 'Somebody else’s', read: answered({}), shown: 'jef' },
  { name: 'This person’s, taken out', read: advance(answered({}), { type: 'removed' }), shown: 'ann' },
  { name: 'Not checked', read: after(...whole, { type: 'refused', error: new TypeError() }) },
  { name: 'Taken out too early', read: after(identity, { type: 'removed' }) },
  { name: 'Mute', read: failed('CARD_MUTE') },
  { name: 'Not allowed here', read: failed('SCOPE_DENIED') },
  { name: 'Busy', read: failed('READER_BUSY') },
  { name: 'Reader gone', read: failed('GONE') },
  { name: 'Unreadable', read: failed('READ_FAILED') },
  { name: 'Not activated', read: failed('CARD_NOT_ACTIVATED') },
  { name: 'Another card', read: failed('MOBIB') },
];

/** An eID at every moment of its way through the reader. */
export function EidSamples() {
  return (
    <Section title="The eID" id="eid">
      <EidWaiting />
      <div className="grid items-start gap-8 lg:grid-cols-2">
        {samples.map(({ name, read, shown }) => (
          <div key={name} className="grid min-w-0 gap-2">
            <h3 className="text-small text-ink-soft">{name}</h3>
            <EidSheet
              read={read}
              reader={name}
              contact={{ name: 'Regio Gent', email: 'regio@voorbeeld.example' }}
              onReadAgain={nothing}
              onCheckAgain={nothing}
              onClose={nothing}
            >
              {(found) => <FoundPassholder answer={found} shown={shown} mayRegister onClose={nothing} />}
            </EidSheet>
          </div>
        ))}
      </div>
    </Section>
  );
}

function nothing() {
  return undefined;
}
