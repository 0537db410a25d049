/** Encoding, with a function that returns the spellings of a value in this encoding. */
export interface Encoding {
  readonly name: EncodingName;
  /** Returns the spellings of a value. Empty if the encoding cannot represent the value. */
  readonly spell: (value: string) => readonly Buffer[];
}

/** Names of all encodings that the search covers. */
export const ENCODING_NAMES = [
  'clear',
  'other case',
  'utf-16',
  'hex',
  'base64',
  'base64url',
  'url',
  'json',
  'digits',
  'integer',
] as const;
/** Name of an encoding, one of {@link ENCODING_NAMES}. */
export type EncodingName = (typeof ENCODING_NAMES)[number];

/** Minimum length of a spelling in bytes. Shorter spellings would match by chance in a few hundred megabytes. */
export const SHORTEST_NEEDLE = 6;

/** Encodings in which the search finds values. */
export const ENCODINGS: readonly Encoding[] = [
  { name: 'clear', spell: (value) => [Buffer.from(value)] },
  { name: 'other case', spell: (value) => texts([value.toLowerCase(), value.toUpperCase()]) },
  { name: 'utf-16', spell: (value) => [Buffer.from(value, 'utf16le'), Buffer.from(value, 'utf16le').swap16()] },
  { name: 'hex', spell: (value) => bothCases(Buffer.from(value).toString('hex')) },
  { name: 'base64', spell: (value) => texts(aligned(value, 'base64')) },
  { name: 'base64url', spell: (value) => texts(aligned(value, 'base64url')) },
  { name: 'url', spell: (value) => texts(urlEscaped(value)) },
  { name: 'json', spell: (value) => texts(jsonEscaped(value)) },
  { name: 'digits', spell: (value) => texts(digitsOf(value)) },
  { name: 'integer', spell: (value) => digitsOf(value).map(asInteger) },
];

/** Returns each spelling of a value with the names of its encodings, without spellings that are too short. */
export function spellings(value: string): readonly { readonly encoding: EncodingName; readonly bytes: Buffer }[] {
  return ENCODINGS.flatMap(({ name, spell }) =>
    spell(value)
      .filter(({ length }) => length >= SHORTEST_NEEDLE)
      .map((bytes) => ({ encoding: name, bytes })),
  );
}

function texts(values: readonly string[]): Buffer[] {
  return [...new Set(values)].map((text) => Buffer.from(text));
}

function bothCases(text: string): Buffer[] {
  return texts([text, text.toUpperCase()]);
}

/**
 * Returns the base64 spellings of a value inside a longer text, one for each of the three alignments. The first and
 * last letters are removed if they also encode neighbouring bytes.
 */
function aligned(value: string, alphabet: 'base64' | 'base64url'): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    const ends = whole.length % 3 === 0 ? 0 : 1;
    const text = whole.toString(alphabet).replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, ends === 0 ? undefined : -ends);
  });
}

function urlEscaped(value: string): string[] {
  const usual = encodeURIComponent(value);
  const all = [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  return [usual, lowerEscapes(usual), form, lowerEscapes(form), all, all.toUpperCase()];
}

function lowerEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function jsonEscaped(value: string): string[] {
  const usual = JSON.stringify(value).slice(1, -1);
  const ascii = usual.replace(/[^\0-\x7f]/g, unitEscape);
  const special = value.replace(/[^A-Za-z0-9 .,:;@_-]/g, unitEscape);
  const all = [...Array(value.length).keys()].map((index) => unitEscape(value.charAt(index))).join('');
  const escaped = [ascii, special, all];
  return [usual, usual.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/'), ...escaped, ...escaped.map(upperEscapes)];
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function upperEscapes(text: string): string {
  return text.replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`);
}

/** Returns the digits of a number, without `+` and separators. */
function digitsOf(value: string): string[] {
  const digits = value.replace(/[+ ().-]/g, '');
  return /^\d{7,15}$/.test(digits) ? [digits] : [];
}

/**
 * Encodes a number as PostgreSQL's bigint and the lists of Redis do: eight bytes, little-endian, without trailing zero
 * bytes.
 */
function asInteger(digits: string): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(digits));
  return bytes.subarray(0, 6);
}
