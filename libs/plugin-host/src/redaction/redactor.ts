import type { VendorResponse } from '@patchbay/plugin-sdk';
import { withoutEncodedRuns } from './encoded-runs.js';
import { SearchedText } from './searched-text.js';
import { MIN_SENSITIVE_LENGTH } from './sensitive-values.js';

export const REDACTED = '[redacted]';
const BODY_LIMIT = 4_096;
/** Four letters of a name or of a year stand in many a random id. */
const SHORTEST_IN_ID = 6;
const PHONE = /^\+?(\d{7,15})$/;
/** Neither a URL, nor JSON, nor HTML writes these in another way, and none of them makes a `+` or `/` in base64. */
const PLAIN_BEGINNING = /^[A-Za-z0-9_.-]{4}/;
const PLAIN_PAIR = /^[A-Za-z0-9_.-]{2}/;
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
    this.values = values.filter((value) => value.length >= MIN_SENSITIVE_LENGTH);
  }

  /** At most `limit` characters. What a cut of the text left of a value at its end goes too. */
  text(text: string, limit: number): string {
    const cut = text.slice(0, limit * 4);
    const whole = withoutEncodedRuns(cut, REDACTED, (decoded) => this.isSensitive(decoded));
    const searched = SearchedText.of(whole);
    const suspects = suspectsIn(searched, this.values);
    if (suspects.length > 0) return without(suspects, whole).slice(0, limit);
    searched.remember();
    return whole.slice(0, limit);
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

  private isSensitive(text: string, shortest = MIN_SENSITIVE_LENGTH): boolean {
    const suspects = suspectsIn(new SearchedText(text), this.values).filter(({ length }) => length >= shortest);
    return suspects.length > 0 && without(suspects, text) !== text;
  }
}

/** The values of which a form may begin somewhere in the text. */
function suspectsIn(searched: SearchedText, values: readonly string[]): readonly string[] {
  if (searched.text.length < MIN_SENSITIVE_LENGTH) return [];
  return values.filter((value) => {
    const phone = PHONE.exec(value)?.[1];
    const mayBePlain =
      phone === undefined
        ? mayBeginPlain(value, searched)
        : searched.digits.has(phone.charCodeAt(0), phone.charCodeAt(1));
    if (mayBePlain && phone !== undefined && searched.unseparated.includes(beginning(phone))) return true;
    return beginnings(value, mayBePlain, searched).some((form) => searched.upper.includes(form.toUpperCase()));
  });
}

/**
 * Whether the first two characters of a value stand side by side in the text: of nearly all values, they do not. Values
 * that begin with characters which are escaped have too many forms for this.
 */
function mayBeginPlain(value: string, { pairs }: SearchedText): boolean {
  return !PLAIN_PAIR.test(value) || pairs.has(upperCode(value.charCodeAt(0)), upperCode(value.charCodeAt(1)));
}

/** Of an ASCII character. */
function upperCode(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}

/**
 * How those forms of a value begin that may be in the text. Where it begins with characters that are never escaped, there
 * are three ways.
 * @param mayBePlain whether forms that show the value's own first characters may be; of a phone number, its digits
 */
function beginnings(value: string, mayBePlain: boolean, { pairs }: SearchedText): readonly string[] {
  const [first, second] = [value.charCodeAt(0), value.charCodeAt(1)];
  const [mayBeBase64, mayBeHex] = [pairs.hasBase64(first, second), pairs.hasHex(first)];
  if (!mayBePlain && !mayBeBase64 && !mayBeHex) return [];
  if (!PLAIN_BEGINNING.test(value)) return encodings(value.slice(0, BEGINNING_OF)).map(beginning);
  const plain = beginning(value);
  return [
    ...(mayBePlain ? [plain] : []),
    ...(mayBeBase64 ? [beginning(Buffer.from(plain).toString('base64'))] : []),
    ...(mayBeHex ? [beginning(Buffer.from(plain).toString('hex'))] : []),
  ];
}

function beginning(form: string): string {
  return form.slice(0, MIN_SENSITIVE_LENGTH);
}

function without(values: readonly string[], text: string): string {
  const variants = [...new Set(values.flatMap(encodings))].sort((a, b) => b.length - a.length);
  const sources = variants.map(escapeForPattern).concat(values.flatMap(phonePattern));
  return withoutTail(text.replace(new RegExp(sources.join('|'), 'gi'), REDACTED), variants);
}

/** A vendor's answer is cut at a length, maybe inside a value: its beginning is no less personal. */
function withoutTail(text: string, variants: readonly string[]): string {
  for (const variant of variants) {
    const head = variant.slice(0, MIN_SENSITIVE_LENGTH);
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
