import { decodedRun, ENCODED_RUN, SearchedText } from './searched-text.js';
import { MIN_SENSITIVE_LENGTH } from './sensitive-values.js';

export const REDACTED = '[redacted]';
/**
 * Minimum length of a sensitive value that makes an id sensitive. Many random ids contain shorter values, such as a
 * year or four letters of a name.
 */
const MIN_LENGTH_IN_ID = 6;
const PHONE = /^\+?(\d{7,15})$/;
/**
 * Matches values that begin with four characters that URLs, JSON and HTML never escape, and that never produce `+` or
 * `/` in base64.
 */
const PLAIN_BEGINNING = /^[A-Za-z0-9_.-]{4}/;
const PLAIN_PAIR = /^[A-Za-z0-9_.-]{2}/;
/**
 * Number of characters of a value that are encoded to find the beginning of each form. The number is large enough even
 * if the cut splits a surrogate pair.
 */
const PREFIX_SOURCE_LENGTH = 8;

/**
 * Removes sensitive values from texts of a vendor or a plugin. It finds every form in which vendors repeat values:
 * plain, URL-encoded, escaped for JSON or HTML, base64 and hex. Phone numbers are found with or without `+` and
 * separators.
 *
 * Every delivery has a response, and most responses contain no sensitive value. For speed, the forms of a value and the
 * pattern for them are computed only if the text contains the first characters of a form.
 */
export class Redactor {
  private readonly values: readonly string[];

  constructor(values: readonly string[]) {
    this.values = values.filter((value) => value.length >= MIN_SENSITIVE_LENGTH);
  }

  /**
   * Redacts a text and shortens it to `limit` characters. Also removes the beginning of a value that was cut at the end
   * of the text.
   */
  text(text: string, limit: number): string {
    const cut = SearchedText.of(text.slice(0, limit * 4));
    const whole = this.withoutEncodedValues(cut);
    const searched = whole === cut.text ? cut : SearchedText.of(whole);
    const candidates = candidatesIn(searched, this.values);
    if (candidates.length > 0) return withoutValues(candidates, whole).slice(0, limit);
    searched.cache();
    return whole.slice(0, limit);
  }

  /** Returns true if a vendor's message id contains a value that must not be recorded. */
  isSensitiveId(id: string): boolean {
    const isSensitive = (text: string): boolean => this.isSensitive(text, MIN_LENGTH_IN_ID);
    return isSensitive(id) || withoutEncodedRuns(id, REDACTED, isSensitive) !== id;
  }

  /** Removes the base64 runs that contain a value. Decodes each run only if the runs may contain the start of a value. */
  private withoutEncodedValues({ text, decoded }: SearchedText): string {
    if (decoded === null || candidatesIn(decoded, this.values).length === 0) return text;
    return withoutEncodedRuns(text, REDACTED, (run) => this.isSensitive(run));
  }

  private isSensitive(text: string, minLength = MIN_SENSITIVE_LENGTH): boolean {
    const candidates = candidatesIn(new SearchedText(text), this.values).filter(({ length }) => length >= minLength);
    return candidates.length > 0 && withoutValues(candidates, text) !== text;
  }
}

/** Returns the values whose forms may begin somewhere in the text. */
function candidatesIn(searched: SearchedText, values: readonly string[]): readonly string[] {
  if (searched.text.length < MIN_SENSITIVE_LENGTH) return [];
  return values.filter((value) => {
    const phone = mayBePhone(value) ? PHONE.exec(value)?.[1] : undefined;
    const mayBePlain =
      phone === undefined
        ? mayBeginPlain(value, searched)
        : searched.digits.has(phone.charCodeAt(0), phone.charCodeAt(1));
    if (mayBePlain && phone !== undefined && searched.unseparated.includes(prefixOf(phone))) return true;
    return prefixes(value, mayBePlain, searched).some((form) => searched.upper.includes(form.toUpperCase()));
  });
}

/** Returns false if a value does not begin like a phone number: with `+` or a digit. */
function mayBePhone(value: string): boolean {
  const code = value.charCodeAt(0);
  return code === 43 || (code >= 48 && code <= 57);
}

/**
 * Returns false if the first two characters of a value are not adjacent in the text, which excludes nearly all values.
 * Returns true for values that begin with escaped characters, because they have too many forms for this check.
 */
function mayBeginPlain(value: string, { pairs }: SearchedText): boolean {
  return !PLAIN_PAIR.test(value) || pairs.has(upperCode(value.charCodeAt(0)), upperCode(value.charCodeAt(1)));
}

/** Returns the upper-case code of an ASCII character. */
function upperCode(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code;
}

/**
 * Returns the first characters of those forms of a value that the text may contain. A value that begins with characters
 * that are never escaped has three such forms.
 * @param mayBePlain true if the text may contain the value's own first characters (for a phone number, its digits)
 */
function prefixes(value: string, mayBePlain: boolean, { pairs }: SearchedText): readonly string[] {
  const [first, second] = [value.charCodeAt(0), value.charCodeAt(1)];
  const [mayBeBase64, mayBeHex] = [pairs.hasBase64(first, second), pairs.hasHex(first)];
  if (!mayBePlain && !mayBeBase64 && !mayBeHex) return [];
  if (!PLAIN_BEGINNING.test(value)) return encodings(value.slice(0, PREFIX_SOURCE_LENGTH)).map(prefixOf);
  const plain = prefixOf(value);
  return [
    ...(mayBePlain ? [plain] : []),
    ...(mayBeBase64 ? [prefixOf(Buffer.from(plain).toString('base64'))] : []),
    ...(mayBeHex ? [prefixOf(Buffer.from(plain).toString('hex'))] : []),
  ];
}

function prefixOf(form: string): string {
  return form.slice(0, MIN_SENSITIVE_LENGTH);
}

function withoutValues(values: readonly string[], text: string): string {
  const variants = [...new Set(values.flatMap(encodings))].sort((a, b) => b.length - a.length);
  const sources = variants.map(escapeForPattern).concat(values.flatMap(phonePattern));
  return withoutCutValue(text.replace(new RegExp(sources.join('|'), 'gi'), REDACTED), variants);
}

/** Removes the beginning of a value at the end of the text. A response that was shortened may end inside a value. */
function withoutCutValue(text: string, variants: readonly string[]): string {
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

/** Returns a value in every form in which vendors repeat it. */
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

/**
 * Replaces base64 runs that contain a sensitive value at any position. If a whole body, an HTTP Basic header or a token
 * was encoded, the value is not at the start of the run. A search for the base64 of the value alone would then not find
 * the value.
 *
 * @param isSensitive returns true if a text contains a value that must not be recorded
 */
function withoutEncodedRuns(text: string, replacement: string, isSensitive: (text: string) => boolean): string {
  const runs = [...new Set(text.match(ENCODED_RUN))];
  if (runs.length === 0 || !isSensitive(runs.map(decodedRun).join('\n'))) return text;
  const sensitive = new Set(runs.filter((run) => isSensitive(decodedRun(run))));
  return text.replace(ENCODED_RUN, (run) => (sensitive.has(run) ? replacement : run));
}
