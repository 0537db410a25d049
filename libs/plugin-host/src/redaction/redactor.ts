import type { VendorResponse } from '@patchbay/plugin-sdk';
import { CharacterPairs } from './character-pairs.js';
import { withoutEncodedRuns } from './encoded-runs.js';
import { SHORTEST_SENSITIVE } from './sensitive-values.js';

export const REDACTED = '[redacted]';
const BODY_LIMIT = 4_096;
/** Four letters of a name or of a year stand in many a random id. */
const SHORTEST_IN_ID = 6;
const PHONE = /^\+?(\d{7,15})$/;
const PHONE_SEPARATORS = /[ ().-]/g;
/** Neither a URL, nor JSON, nor HTML writes these in another way, and none of them makes a `+` or `/` in base64. */
const PLAIN_BEGINNING = /^[A-Za-z0-9_.-]{4}/;
/** So much of a value decides how each of its forms begins, even where a character of two units is cut at its end. */
const BEGINNING_OF = 8;

/**
 * Takes sensitive values out of texts that a vendor or a plugin wrote, in the forms in which they come back: plain,
 * URL-encoded, escaped for JSON or HTML, base64, hex; phone numbers with or without `+` and separators.
 *
 * Most answers hold none of them, and every delivery is answered: so a value's forms are worked out, and the pattern for
 * them compiled, only where the text holds the beginning of one.
 */
export class Redactor {
  private readonly values: readonly string[];

  constructor(values: readonly string[]) {
    this.values = values.filter((value) => value.length >= SHORTEST_SENSITIVE);
  }

  /** At most `limit` characters. What a cut of the text left of a value at its end goes too. */
  text(text: string, limit: number): string {
    const cut = text.slice(0, limit * 4);
    const whole = withoutEncodedRuns(cut, REDACTED, (decoded) => this.isSensitive(decoded));
    const suspects = suspectsIn(whole, this.values);
    return (suspects.length === 0 ? whole : without(suspects, whole)).slice(0, limit);
  }

  /** Whether a vendor's id of a message is made of what must not be recorded. */
  isSensitiveId(id: string): boolean {
    const isSensitive = (text: string): boolean => this.isSensitive(text, SHORTEST_IN_ID);
    return isSensitive(id) || withoutEncodedRuns(id, REDACTED, isSensitive) !== id;
  }

  response(response: VendorResponse): VendorResponse {
    const { status, body } = response;
    return body === undefined ? { status } : { status, body: this.text(body, BODY_LIMIT) };
  }

  private isSensitive(text: string, shortest = SHORTEST_SENSITIVE): boolean {
    const suspects = suspectsIn(text, this.values).filter(({ length }) => length >= shortest);
    return suspects.length > 0 && without(suspects, text) !== text;
  }
}

/** The values of which a form may begin somewhere in the text. */
function suspectsIn(text: string, values: readonly string[]): readonly string[] {
  if (text.length < SHORTEST_SENSITIVE) return [];
  const upper = text.toUpperCase();
  const unseparated = text.replace(PHONE_SEPARATORS, '');
  const pairs = new CharacterPairs(upper);
  const digits = unseparated.length === text.length ? pairs : new CharacterPairs(unseparated);
  return values.filter(
    (value) =>
      mayBegin(value, pairs, digits) &&
      (beginnings(value).some((beginning) => upper.includes(beginning.toUpperCase())) ||
        phoneBeginnings(value).some((beginning) => unseparated.includes(beginning))),
  );
}

/**
 * Whether the first two characters of any form of a value stand side by side in the text: of nearly all values, none do.
 * Values that begin with characters which are escaped have too many forms for this, but for phone numbers: all forms of
 * one but base64 and hex hold its digits.
 */
function mayBegin(value: string, pairs: CharacterPairs, digits: CharacterPairs): boolean {
  const [first, second] = [value.charCodeAt(0), value.charCodeAt(1)];
  const inBytes = pairs.hasBase64(first, second) || pairs.hasHex(first);
  if (PHONE.test(value)) {
    const start = value.startsWith('+') ? 1 : 0;
    return inBytes || digits.has(value.charCodeAt(start), value.charCodeAt(start + 1));
  }
  if (!PLAIN_BEGINNING.test(value)) return true;
  return inBytes || pairs.has(upperCode(first), upperCode(second));
}

/** Of an ASCII character. */
function upperCode(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}

/** How the forms of a value begin. Where it begins with characters that are never escaped, there are three ways. */
function beginnings(value: string): readonly string[] {
  const forms = PLAIN_BEGINNING.test(value)
    ? plainForms(value.slice(0, SHORTEST_SENSITIVE))
    : encodings(value.slice(0, BEGINNING_OF));
  return forms.map((form) => form.slice(0, SHORTEST_SENSITIVE));
}

function phoneBeginnings(value: string): readonly string[] {
  const digits = PHONE.exec(value)?.[1];
  return digits === undefined ? [] : [digits.slice(0, SHORTEST_SENSITIVE)];
}

function plainForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [value, bytes.toString('base64'), bytes.toString('hex')];
}

function without(values: readonly string[], text: string): string {
  const variants = [...new Set(values.flatMap(encodings))].sort((a, b) => b.length - a.length);
  const sources = variants.map(escapeForPattern).concat(values.flatMap(phonePattern));
  return withoutTail(text.replace(new RegExp(sources.join('|'), 'gi'), REDACTED), variants);
}

/** A vendor's answer is cut at a length, maybe inside a value: its beginning is no less personal. */
function withoutTail(text: string, variants: readonly string[]): string {
  for (const variant of variants) {
    const head = variant.slice(0, SHORTEST_SENSITIVE);
    let at = text.indexOf(head, Math.max(text.length - variant.length, 0));
    while (at !== -1) {
      if (variant.startsWith(text.slice(at))) return text.slice(0, at) + REDACTED;
      at = text.indexOf(head, at + 1);
    }
  }
  return text;
}

/** A value in the forms that it comes back in. */
function encodings(value: string): string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [
    value,
    encoded(value),
    encoded(value).replaceAll('%20', '+'),
    json,
    json.replaceAll('/', '\\/'),
    asciiOnly(json),
    asciiOnly(json).replaceAll('/', '\\/'),
    htmlEscaped(value),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  const digits = PHONE.exec(value)?.[1];
  if (digits !== undefined) forms.push(digits);
  return forms;
}

function phonePattern(value: string): string[] {
  const digits = PHONE.exec(value)?.[1];
  return digits === undefined ? [] : [`\\+?${[...digits].join('[ ().-]{0,2}')}`];
}

function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function asciiOnly(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function htmlEscaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
