import type { BrandVault } from '../vault.port.js';

/**
 * Origin of an identifier. `catalogue`: the platform's catalogue declares the identifier's field, so plain digits are a
 * number of the platform or the brand. `elsewhere`: no catalogue declares the field, so 8 to 15 digits are taken to be
 * a phone number.
 */
export type IdentifierOrigin = 'catalogue' | 'elsewhere';

/** Whole number with a fraction of zeros, because some platforms print the number 1000 as `1000.0`. */
export const WHOLE_NUMBER = /^([+-]?\d+)\.0+$/;

const HASH_PREFIX = 'hash:';
const HASH = /^hash:[0-9a-f]{64}$/;
const HASH_WITHIN = /hash(?::|%3A)[0-9a-f]{64}/i;

/**
 * Characters of which at least one occurs in each e-mail address and each number with a country code. Most texts
 * contain none of these characters.
 */
const MAY_BE_CONTACT = /[@+%]|[^\0-\x7f]/;
const EMAIL_WITHIN = /[^\s@]@[^\s@]/;
const INTERNATIONAL_WITHIN = /\+[\s().\-/]{0,2}\d(?:[\s().\-/]{0,2}\d){6,14}/;
const PHONE = /^(?:\+|00)?(\d{7,15})$/;
const LONG_DIGITS = /^(?:\+|00)?\d{8,15}$/;
const DIGITS_WITHIN = /(?:^|[^0-9A-Za-z])\d{8,15}(?:[^0-9A-Za-z]|$)/;
const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const SEPARATORS = /[\s().\-/]/g;
/** Zero-width characters and direction marks, which phones copy together with a number. */
const INVISIBLE = /\p{Cf}/gu;
const DASHES = /\p{Pd}/gu;
const SCHEME = /^(?:mailto|tel|sms|callto|whatsapp|phone|msisdn):/i;

/** Returns true if a text contains an e-mail address, or a phone number with `+`. */
export function containsContact(text: string): boolean {
  if (!MAY_BE_CONTACT.test(text)) return false;
  const plain = plainText(text);
  return EMAIL_WITHIN.test(plain) || INTERNATIONAL_WITHIN.test(plain);
}

/** Returns true if an identifier is or contains an e-mail address or a phone number. */
export function isPersonalIdentifier(identifier: string, origin: IdentifierOrigin): boolean {
  return containsContact(identifier) || (origin === 'elsewhere' && LONG_DIGITS.test(withoutSeparators(identifier)));
}

/**
 * Returns true if a message identifier may contain a phone number. Message identifiers often consist of several parts.
 */
export function mayContainPhoneNumber(identifier: string): boolean {
  return isPersonalIdentifier(identifier, 'elsewhere') || DIGITS_WITHIN.test(plainText(identifier).replace(UUIDS, ''));
}

/**
 * Normalises an identifier, so that all its spellings become equal. An e-mail address becomes lower case, a phone
 * number becomes `+` and its digits. Any other identifier is only trimmed.
 */
export function normalisedIdentifier(identifier: string, origin: IdentifierOrigin = 'elsewhere'): string {
  const plain = plainText(identifier).trim().replace(SCHEME, '').replace(WHOLE_NUMBER, '$1');
  if (plain.includes('@')) return plain.toLowerCase();
  if (!isPersonalIdentifier(plain, origin)) return plain;
  const digits = PHONE.exec(withoutSeparators(plain))?.[1];
  return digits === undefined ? plain : `+${digits}`;
}

/** Returns the keyed hash that a `pii-less` brand stores instead of an identifier. A hash is returned unchanged. */
export function identifierHash(
  vault: Pick<BrandVault, 'keyedHash'>,
  identifier: string,
  origin: IdentifierOrigin = 'elsewhere',
): string {
  if (isIdentifierHash(identifier)) return identifier;
  return HASH_PREFIX + vault.keyedHash('identifier', normalisedIdentifier(identifier, origin));
}

/** Returns true if a text is a hash made by {@link identifierHash}. */
export function isIdentifierHash(text: string): boolean {
  return HASH.test(text);
}

/** Returns true if a text, such as a URL, contains a hash made by {@link identifierHash}. */
export function containsIdentifierHash(text: string): boolean {
  return HASH_WITHIN.test(text);
}

function withoutSeparators(identifier: string): string {
  return plainText(identifier).trim().replace(SCHEME, '').replace(WHOLE_NUMBER, '$1').replace(SEPARATORS, '');
}

/**
 * Converts the character variants that occur in practice to ASCII: percent-encoding, full-width and invisible
 * characters, dash variants, digits of other scripts.
 */
function plainText(text: string): string {
  if (!MAY_BE_CONTACT.test(text)) return text;
  const decoded = text.replace(/%40/g, '@').replace(/%2b/gi, '+');
  return decoded
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(DASHES, '-')
    .replace(/\p{Nd}/gu, asciiDigit);
}

/** Converts a Unicode digit to ASCII. In Unicode, the ten digits of a script are consecutive and in order. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 0x80) return digit;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}
