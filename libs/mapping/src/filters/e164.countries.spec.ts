import { describe, expect, it } from '@jest/globals';
import type { CountryCode } from 'libphonenumber-js/core';
import { e164 } from './e164.filter.js';

/**
 * Test rows: country, national spelling, E.164. Regulators and libphonenumber publish these numbers as examples, so
 * the numbers belong to no subscriber.
 */
const NUMBERS: readonly (readonly [country: CountryCode, national: string, international: string])[] = [
  ['IN', '081234 56789', '+918123456789'],
  ['US', '(201) 555-0123', '+12015550123'],
  ['CA', '(506) 234-5678', '+15062345678'],
  ['GB', '07400 123456', '+447400123456'],
  ['DE', '01512 3456789', '+4915123456789'],
  ['FR', '06 12 34 56 78', '+33612345678'],
  ['ES', '612 34 56 78', '+34612345678'],
  ['IT', '312 345 6789', '+393123456789'],
  ['NL', '06 12345678', '+31612345678'],
  ['CH', '078 123 45 67', '+41781234567'],
  ['AE', '050 123 4567', '+971501234567'],
  ['SA', '051 234 5678', '+966512345678'],
  ['EG', '0100 123 4567', '+201001234567'],
  ['ZA', '071 123 4567', '+27711234567'],
  ['NG', '0802 123 4567', '+2348021234567'],
  ['SG', '8123 4567', '+6581234567'],
  ['MY', '012-345 6789', '+60123456789'],
  ['ID', '0812-345-678', '+62812345678'],
  ['TH', '081 234 5678', '+66812345678'],
  ['PH', '0905 123 4567', '+639051234567'],
  ['AU', '0412 345 678', '+61412345678'],
  ['BR', '(11) 96123-4567', '+5511961234567'],
  ['MX', '222 123 4567', '+522221234567'],
  ['JP', '090-1234-5678', '+819012345678'],
];

describe('e164 by country', () => {
  it('is tested with at least twenty countries', () => {
    expect(NUMBERS.length).toBeGreaterThanOrEqual(20);
  });

  it.each(NUMBERS)(
    '%s: converts every spelling of a number to the same E.164 number',
    (country, national, international) => {
      const digits = international.slice(1);
      const prefix =
        /^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.exec(international)?.[0] ?? '';
      const rest = international.slice(prefix.length);
      const spellings = [
        national,
        national.replace(/\D/g, ''),
        ` ${national}  `,
        national.replace(/\s/g, '\u00a0'),
        national.replace(/[\s-]/g, '.'),
        international,
        `${prefix} ${rest}`,
        `${prefix}-${rest.slice(0, 3)}-${rest.slice(3)}`,
        `${prefix} (${rest.slice(0, 2)}) ${rest.slice(2)}`,
        // The number in full-width digits, which are common in East Asia.
        international.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
        // The number in Arabic-Indic digits.
        international.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
      ];
      expect(spellings.map((spelling) => e164(spelling, country, undefined))).toEqual(
        spellings.map(() => international),
      );
      // Platforms send the country code without a plus. The filter tries this reading before the default country.
      expect(e164(digits, undefined, country)).toBe(international);
    },
  );
});
