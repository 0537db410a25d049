import type { Json } from '@patchbay/plugin-sdk';
import { containsContact, isPersonalIdentifier, type IdentifierOrigin } from './personal-identifier.js';

/**
 * Type of a field that `pii-less` keeps:
 *
 * - `number`: a JSON number.
 * - `decimal`: a JSON number, or decimal text. The text must have a fraction or be too short for a phone number.
 * - `flag`: true or false.
 * - `moment`: a JSON number, or text that begins with a calendar date.
 * - `word`: text of the platform or the brand, such as a code, a status or a program name.
 * - `identifier`: a number or text that identifies an object of the platform or the brand.
 * - `foreignIdentifier`: an identifier that no catalogue declares.
 */
export type SafeType = 'number' | 'decimal' | 'flag' | 'moment' | 'word' | 'identifier' | 'foreignIdentifier';

/** Field that `pii-less` keeps if its value has the declared type. */
export interface SafePath {
  readonly path: string;
  readonly type: SafeType;
}

/** Function that returns the keyed hash of an identifier. */
export type IdentifierHasher = (identifier: string, origin: IdentifierOrigin) => string;

const DECIMAL = /^[+-]?(?:\d{1,7}|\d{1,12}\.\d{1,9})$/;
const DATE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})/;
/**
 * Number with a fraction, as text. Excludes the fraction `.0`, because some platforms print whole numbers and phone
 * numbers with this fraction.
 */
const AMOUNT = /^-?\d{1,12}\.(?:\d{2,9}|[1-9])$/;
const TIME_OF_DAY = /^(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AP]M)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$/i;

/**
 * Returns the value to store for a safe field.
 * @param hash returns the keyed hash of an identifier
 * @returns undefined if the value does not have the given type
 */
export function safeValue(type: SafeType, value: Json, hash: IdentifierHasher): Json | undefined {
  if (value === null) return null;
  if (typeof value === 'object') return undefined;
  switch (type) {
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'decimal':
      return numberOrText(value, (text) => DECIMAL.test(text));
    case 'moment':
      return numberOrText(value, isMoment);
    case 'word':
      return typeof value === 'string' && !containsContact(value) ? value : undefined;
    case 'identifier':
    case 'foreignIdentifier':
      return safeIdentifier(value, type, hash);
  }
}

/**
 * Returns true if a text outside the catalogue contains an e-mail address or a number with `+`, or is a phone number.
 * Dates and amounts do not count, although they may have as many digits as a phone number.
 */
export function isContact(text: string): boolean {
  return isPersonalIdentifier(text, 'elsewhere') && !isMoment(text.trim()) && !AMOUNT.test(text.trim());
}

function isMoment(text: string): boolean {
  const [date] = DATE.exec(text) ?? [];
  return date !== undefined && TIME_OF_DAY.test(text.slice(date.length));
}

function numberOrText(value: string | number | boolean, isValid: (text: string) => boolean): Json | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && (value.trim() === '' || isValid(value.trim())) ? value : undefined;
}

function safeIdentifier(
  value: string | number | boolean,
  type: 'identifier' | 'foreignIdentifier',
  hash: IdentifierHasher,
): Json | undefined {
  if (typeof value === 'boolean') return undefined;
  const origin = type === 'identifier' ? 'catalogue' : 'elsewhere';
  return isPersonalIdentifier(String(value), origin) ? hash(String(value), origin) : value;
}
