import { describe, expect, test } from 'vitest';
import type { EidAnswer } from '@/api/types';
import { advance, canReadAgain, problemOf, startOfRead, type EidEvent, type EidRead } from './eid-read';

const text = { nl: '', fr: '', de: '', en: '' };
const person = { firstNames: 'An Maria', lastName: 'Peeters', dateOfBirth: { year: 1983 } };
const home = { street: 'Zuidstraat 1', postalCode: '9000', city: 'Gent' };
const identity: EidEvent = { type: 'identity', person, raw: 'aWQ=' };
const address: EidEvent = { type: 'address', address: home, raw: 'YWQ=' };
const picture: EidEvent = { type: 'picture', raw: 'cGk=' };
const proofs = { identitySignature: 'c2k=', certificate: 'Y2U=' };
const all: EidEvent[] = [identity, address, picture, { type: 'read', files: proofs }];
const answer: EidAnswer = {
  id: 'read-1',
  at: '2026-11-22T13:00:00Z',
  identity: { ...person, firstNames: 'An', documentType: { code: 1, name: text } },
  nationalNumberValid: true,
  verdict: { verified: true, authentic: true, code: 'verified', message: text, findings: [] },
};

function after(...events: EidEvent[]): EidRead {
  return events.reduce(advance, startOfRead(true));
}

describe('a card that is read', () => {
  test('shows each part as it comes', () => {
    expect(after().parts).toEqual({ identity: 'waiting', address: 'waiting', picture: 'waiting' });
    const read = after(identity);
    expect(read).toMatchObject({
      stage: 'reading',
      person,
      parts: { identity: 'there', address: 'waiting' },
    });
    expect(after(identity, address).address).toEqual(home);
    expect(after(identity, address, picture).picture).toBe('data:image/jpeg;base64,cGk=');
  });

  test('goes to the back end with every byte of it, and keeps none after', () => {
    const checking = after(...all);
    expect(checking.stage).toBe('checking');
    expect(checking.files).toEqual({ identity: 'aWQ=', address: 'YWQ=', picture: 'cGk=', ...proofs });
    const checked = advance(checking, { type: 'answered', answer });
    expect(checked).toMatchObject({ stage: 'checked', files: {}, person: answer.identity });
  });

  test('is no less a card without an address or a photo', () => {
    const none: EidEvent = { type: 'address', address: undefined, raw: 'YWQ=' };
    const read = after(identity, none, { type: 'part-failed', file: 'picture' }, { type: 'read', files: {} });
    expect(read).toMatchObject({ stage: 'checking', parts: { address: 'absent', picture: 'failed' } });
    expect(read.files).toEqual({ identity: 'aWQ=', address: 'YWQ=' });
    expect(after(identity, { type: 'read', files: {} }).parts.address).toBe('absent');
  });

  test('is none without a name', () => {
    const read = after({ type: 'part-failed', file: 'identity' }, { type: 'read', files: {} });
    expect(read).toMatchObject({ stage: 'failed', problem: 'failed' });
  });

  test('can wait for a back end that does not answer', () => {
    const refused = advance(after(...all), { type: 'refused', error: new TypeError() });
    expect(refused).toMatchObject({ stage: 'unchecked', person });
    expect(refused.files.identity).toBe('aWQ=');
    expect(advance(refused, { type: 'check' })).toMatchObject({ stage: 'checking', error: undefined });
  });
});

describe('a card that is taken out', () => {
  test('half way leaves nothing behind', () => {
    const read = after(identity, address, { type: 'removed' });
    expect(read).toMatchObject({ stage: 'failed', problem: 'removed', inserted: false, files: {} });
    expect(JSON.stringify(read)).not.toMatch(/Peeters|Zuidstraat|aWQ/);
  });

  test('after the last byte leaves it to the clerk', () => {
    const read = advance(after(...all), { type: 'removed' });
    expect(read).toMatchObject({ stage: 'checking', inserted: false, person });
  });

  test('brings nothing more of itself', () => {
    const read = after({ type: 'removed' }, identity);
    expect(read).toMatchObject({ stage: 'failed', problem: 'removed' });
    expect(read.person).toBeUndefined();
    expect(after({ type: 'removed' }, { type: 'failed', code: 'GONE' }).problem).toBe('removed');
  });
});

test.each([
  ['CARD_REMOVED', 'removed', false],
  ['NO_PRESENTATION', 'removed', false],
  ['SCOPE_DENIED', 'scope', false],
  ['CARD_NOT_ACTIVATED', 'CARD_NOT_ACTIVATED', false],
  ['MOBIB', 'MOBIB', false],
  ['NOT_AN_EID', 'CARD_UNKNOWN', false],
  ['READER_BUSY', 'busy', true],
  ['GONE', 'gone', true],
  ['READ_FAILED', 'failed', true],
  ['SOMETHING_NEW', 'failed', true],
  [undefined, 'failed', true],
] as const)('%s is told as %s, and reading again helps: %s', (code, problem, again) => {
  expect(problemOf(code)).toBe(problem);
  expect(canReadAgain(problem)).toBe(again);
});
