import { describe, expect, test } from 'vitest';
import { readIdentifier } from './identifier';

const passes = `0930000420206 0930000422202 0930000125607 0930000208908 0930000801207 4567345678902
  0900004518206 0900000095902 1000000520006 0900000093204 0930000237915 0987654321015 4567345678910
  1256789944516 1000000035419 0934000004515 1000000397215 0900011354819 0900000067513 3330047460116
  0900000045410 0900000031618 0900010959113 0900000002312 0900000058918 0900004518305 0900011902815
  0900011903417 0900000074519 0900000020405 0900000191800 0900000672312 0900010888817 0900010630813
  0900000036112 0900000075706 0900000008301 0930012345615 0999100000002 0930061965313 0930056878802
  0945000057915 0945000058012 1000001500601 1000000061811 0934000049106`.split(/\s+/);

const wrongCheckDigits = `0930000237912 0930000422203 0987654321013 0560002524314 0930002523422 0940002524123
  0985002524385 1234567890123 0900000031617 0930000390703 0934000049103 0900011354829 1234567891234`.split(
  /\s+/,
);

const nationalNumbers = `93051822361 930518-223-61 930517-224-90 930517-223-91 90080757002 80020200181
  720923-383-17 830203-313-93 832203-313-39 834203-313-82 830000-313-72 830200-313-86 830003-313-79
  832000-313-18 834000-313-61 02020231402 83030201540 36051380284 66010101785 08091860684 71030360442
  17010180147 80010101392 10010105762 80010170282 20010170215 91063061055 15021760024 00000009007
  30071511319 30071511220`.split(/\s+/);

describe('a pass number', () => {
  test.each(passes)('%s is right', (number) => {
    expect(readIdentifier(number)).toEqual({ kind: 'pass', value: number });
  });

  test.each(wrongCheckDigits)('%s has a wrong check digit', (number) => {
    expect(readIdentifier(number)).toEqual({ kind: 'wrong', fault: 'check-digit' });
  });

  test('has a 0 or a 1 as its twelfth digit', () => {
    expect(readIdentifier('0930000237931')).toEqual({ kind: 'wrong', fault: 'kind-digit' });
  });

  test('may be typed with spaces, dots and dashes', () => {
    for (const typed of ['09000 00095 902', '0900.0000.95.902', ' 0900-000-095-902 ']) {
      expect(readIdentifier(typed)).toEqual({ kind: 'pass', value: '0900000095902' });
    }
  });

  test('is not wrong before it is complete', () => {
    for (let length = 1; length < 13; length++) {
      expect(readIdentifier('0900000095902'.slice(0, length)).kind).toBe('incomplete');
    }
  });

  test('has no letters and no fifteen digits', () => {
    expect(readIdentifier('09A3B004202Z6')).toEqual({ kind: 'wrong', fault: 'characters' });
    expect(readIdentifier('093000042020666')).toEqual({ kind: 'wrong', fault: 'too-long' });
  });
});

describe('a national number', () => {
  test.each(nationalNumbers)('%s is right', (number) => {
    expect(readIdentifier(number)).toEqual({ kind: 'national', value: number.replace(/\D/g, '') });
  });

  test('with a wrong check could still become a pass number', () => {
    for (const number of ['930517-224-61', '00000009008', '00000009009', '19800101003']) {
      expect(readIdentifier(number)).toEqual({ kind: 'incomplete', digits: 11, fault: 'national-check' });
    }
  });
});

describe('a chip number', () => {
  test.each(['04784CDAEE3880', '04784cdaee3880', '045A4832633680', '04478412345678'])('%s', (typed) => {
    expect(readIdentifier(typed)).toEqual({ kind: 'chip', value: typed.toUpperCase() });
  });

  test('has four, seven or ten bytes', () => {
    expect(readIdentifier('AB12CD34').kind).toBe('chip');
    expect(readIdentifier('AB12CD34AB12CD34AB12').kind).toBe('chip');
    expect(readIdentifier('AB12CD34AB12CD34AB12F')).toEqual({ kind: 'wrong', fault: 'too-long' });
  });
});
