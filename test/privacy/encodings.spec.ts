import { describe, expect, it } from '@jest/globals';
import { ENCODING_NAMES, ENCODINGS, spellings, type EncodingName } from './encodings.js';

const PHONE = '+919812345670';
const NAME = 'Zoë "Z" O\'Neil/1';

function spelt(value: string, encoding: EncodingName): string[] {
  return spellings(value)
    .filter((one) => one.encoding === encoding)
    .map(({ bytes }) => bytes.toString('latin1'));
}

describe('encodings', () => {
  it('include every listed encoding', () => {
    expect(ENCODINGS.map(({ name }) => name)).toEqual(ENCODING_NAMES);
    expect(new Set(spellings(PHONE).map(({ encoding }) => encoding))).toEqual(new Set(ENCODING_NAMES));
  });

  it.each(['base64', 'base64url'] as const)(
    'find a value in %s at every alignment, whatever stands around it',
    (name) => {
      for (const value of [PHONE, NAME, 'Asha?>~~', 'planted']) {
        for (let before = 0; before < 7; before += 1) {
          for (let after = 0; after < 4; after += 1) {
            const text = Buffer.from(`${'\xff'.repeat(before)}${value}${'~'.repeat(after)}`).toString(name);
            expect(spelt(value, name).some((form) => text.includes(form))).toBe(true);
          }
        }
      }
    },
  );

  it('find a value in hex, of either case', () => {
    for (const text of [Buffer.from(`x${NAME}y`).toString('hex'), Buffer.from(NAME).toString('hex').toUpperCase()]) {
      expect(spelt(NAME, 'hex').some((form) => text.includes(form))).toBe(true);
    }
  });

  it('find a value in URLs and forms', () => {
    const every = [...Buffer.from(NAME)].map((byte) => `%${byte.toString(16)}`).join('');
    for (const text of [encodeURIComponent(NAME), new URLSearchParams({ q: NAME }).toString(), every]) {
      expect(spelt(NAME, 'url').some((form) => text.includes(form))).toBe(true);
    }
    expect(spelt(PHONE, 'url')).toContain('%2B919812345670');
  });

  it('find a value in JSON, with and without escapes', () => {
    const json = spelt(NAME, 'json');
    expect(json).toContain(Buffer.from('Zoë \\"Z\\" O\'Neil/1').toString('latin1'));
    expect(json).toContain('Zo\\u00eb \\"Z\\" O\'Neil\\/1');
    expect(json).toContain('Zo\\u00EB \\"Z\\" O\'Neil/1');
    expect(spelt(PHONE, 'json')).toContain('\\u002b919812345670');
    expect(spelt('ab', 'json')).toEqual(['\\u0061\\u0062']);
  });

  it('find a number without its sign, and as an integer', () => {
    expect(spelt(PHONE, 'digits')).toEqual(['919812345670']);
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(919_812_345_670n);
    expect(bytes.toString('latin1')).toContain(spelt(PHONE, 'integer')[0]);
    expect(spelt(NAME, 'digits')).toEqual([]);
  });

  it('find a value in UTF-16 and in another case', () => {
    expect(spelt(NAME, 'utf-16')).toContain(Buffer.from(NAME, 'utf16le').toString('latin1'));
    expect(spelt('Asha@Example.com', 'other case')).toEqual(['asha@example.com', 'ASHA@EXAMPLE.COM']);
  });

  it('exclude spellings that are short enough to match by chance', () => {
    expect(spelt('Asha', 'clear')).toEqual([]);
    expect(spelt('Asha', 'hex')).toEqual(['41736861']);
  });
});
