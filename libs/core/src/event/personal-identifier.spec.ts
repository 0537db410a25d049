import { describe, expect, it } from '@jest/globals';
import { plainVault } from '../testing/configuration-builder.js';
import {
  containsIdentifierHash,
  identifierHash,
  isIdentifierHash,
  mayContainPhoneNumber,
  isPersonalIdentifier,
  normalisedIdentifier,
} from './personal-identifier.js';

describe('isPersonalIdentifier', () => {
  it.each([
    'asha@example.com',
    ' Asha.K@Example.COM ',
    'user:asha@example.com',
    'mailto:asha@example.com',
    'asha%40example.com',
    'asha\uff20example.com',
    '+919812345670',
    '%2B919812345670',
    '\uff0b919812345670',
    '+91 (98123) 456-70',
    'tel:+91-98123-45670',
    'call +919812345670 now',
    '+91\u200b98123\u201145670',
    '\u202a+91 98123 45670\u202c',
    'asha\u200b@\u200bexample.com',
    '+\u0669\u0661\u0669\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0660',
  ])('accepts %s from any origin', (id) => {
    expect([isPersonalIdentifier(id, 'catalogue'), isPersonalIdentifier(id, 'elsewhere')]).toEqual([true, true]);
  });

  it.each([
    '919812345670',
    '98123 45670',
    '12345678',
    '700100201',
    '0091981234567',
    'tel:919812345670',
    '981-234-5670',
    '\u202a98123\u201345670\u202c',
  ])('accepts %s only outside the catalogue', (id) => {
    expect([isPersonalIdentifier(id, 'catalogue'), isPersonalIdentifier(id, 'elsewhere')]).toEqual([false, true]);
  });

  it.each(['', '7', '1234567', '1234567890123456', 'EXT-0001', 'wx-open-id-7731', 'a @ b', '10+20', '100001_1', 'äöü'])(
    'rejects %j',
    (id) => {
      expect([isPersonalIdentifier(id, 'catalogue'), isPersonalIdentifier(id, 'elsewhere')]).toEqual([false, false]);
    },
  );
});

describe('mayContainPhoneNumber', () => {
  it.each(['919812345670', 'welcome:919812345670', '919812345670_1764483000', 'order-20250618'])(
    'is true for %s',
    (id) => expect(mayContainPhoneNumber(id)).toBe(true),
  );

  it.each(['12345678-1234-4234-8234-123456789012', 'paused:12345678-1234-4234-8234-123456789012:3', 'evt_1', '1_2'])(
    'is false for %s',
    (id) => expect(mayContainPhoneNumber(id)).toBe(false),
  );
});

describe('normalisedIdentifier', () => {
  it.each([
    [
      '+919812345670',
      [
        ...['919812345670', '00919812345670', '+91 98123-45670', 'tel:+919812345670', ' 919812345670.0'],
        '\u202a+91\u00a098123\u201145670\u202c',
      ],
    ],
    [
      'asha@example.com',
      [' Asha@Example.com', 'mailto:asha@example.com', 'asha%40example.com', 'asha\uff20example.com'],
    ],
    ['EXT-1', [' EXT-1 ', 'EXT-1']],
  ])('returns %s for all its spellings, so that they have the same hash', (normal, ways) => {
    expect(ways.map((way) => normalisedIdentifier(way))).toEqual(ways.map(() => normal));
    expect(new Set(ways.map((way) => identifierHash(plainVault, way))).size).toBe(1);
  });

  it('keeps numbers of the catalogue distinct, because their digits are not phone numbers', () => {
    expect(normalisedIdentifier('20-250618', 'catalogue')).not.toBe(normalisedIdentifier('2025-0618', 'catalogue'));
    expect(normalisedIdentifier('17.0', 'catalogue')).toBe('17');
  });
});

describe('identifierHash', () => {
  const hash = identifierHash(plainVault, 'asha@example.com');

  it('returns a recognisable hash, which is not hashed again and is not personal', () => {
    expect(isIdentifierHash(hash)).toBe(true);
    expect(identifierHash(plainVault, hash)).toBe(hash);
    expect([isPersonalIdentifier(hash, 'elsewhere'), mayContainPhoneNumber(hash)]).toEqual([false, false]);
    expect(isIdentifierHash('asha@example.com')).toBe(false);
  });

  it('returns a hash that is found within a URL', () => {
    expect(containsIdentifierHash(`https://crm.example.com/c/${encodeURIComponent(hash)}?a=1`)).toBe(true);
    expect(containsIdentifierHash('https://crm.example.com/c/7?a=hash:1')).toBe(false);
  });
});
