const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
const HEX = '0123456789ABCDEF';
const ASCII = 128;

/** Matches runs of at least eight base64 characters. Shorter runs cannot contain a sensitive value. */
export const ENCODED_RUN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
/** Offsets at which base64 may begin in a run, because characters before it may belong to the same alphabet. */
const SHIFTS = [0, 1, 2, 3];
const PHONE_SEPARATORS = /[ ().-]/g;
/**
 * Maximum number of cached texts. A vendor answers nearly every call with one of a few short texts without sensitive
 * values.
 */
const MAX_CACHED = 64;
const MAX_CACHED_LENGTH = 100;

/** Text with indexes that speed up the search for many values. The text may be the answer or the URL of every call. */
export class SearchedText {
  private static readonly cached = new Map<string, SearchedText>();

  readonly upper: string;
  readonly unseparated: string;
  /** Character pairs of the upper-case text. */
  readonly pairs: CharacterPairs;
  /** Character pairs of the text after the separators of phone numbers were removed. */
  readonly digits: CharacterPairs;
  private decodedRuns: SearchedText | null | undefined;

  constructor(readonly text: string) {
    this.upper = text.toUpperCase();
    this.unseparated = text.replace(PHONE_SEPARATORS, '');
    this.pairs = new CharacterPairs(this.upper);
    this.digits = this.unseparated.length === text.length ? this.pairs : new CharacterPairs(this.unseparated);
  }

  /** Returns the cached instance of a text, or a new instance. */
  static of(text: string): SearchedText {
    const known = text.length > MAX_CACHED_LENGTH ? undefined : SearchedText.cached.get(text);
    return known ?? new SearchedText(text);
  }

  /** Decoded base64 runs of the text. Null if the text has none. */
  get decoded(): SearchedText | null {
    if (this.decodedRuns !== undefined) return this.decodedRuns;
    const runs = [...new Set(this.text.match(ENCODED_RUN))];
    this.decodedRuns = runs.length === 0 ? null : new SearchedText(runs.map(decodedRun).join('\n'));
    return this.decodedRuns;
  }

  /** Caches the instance for the lifetime of the process. Call it only for texts without sensitive values. */
  cache(): void {
    if (this.text.length > MAX_CACHED_LENGTH || SearchedText.cached.has(this.text)) return;
    if (SearchedText.cached.size >= MAX_CACHED) SearchedText.cached.clear();
    SearchedText.cached.set(this.text, this);
  }
}

/** Decodes a base64 run at each possible offset, because the start of the encoded text is unknown. */
export function decodedRun(run: string): string {
  const bytes = SHIFTS.map((shift) => Buffer.from(run.slice(shift), 'base64'));
  return bytes.map((one) => one.toString('utf8')).join('\n');
}

/** Set of the pairs of adjacent ASCII characters in a text, with one bit per pair. */
class CharacterPairs {
  private readonly seen = new Uint32Array((ASCII * ASCII) / 32);

  constructor(text: string) {
    let before = text.charCodeAt(0);
    for (let index = 1; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (before < ASCII && code < ASCII) {
        const pair = before * ASCII + code;
        this.seen[pair >> 5] = (this.seen[pair >> 5] ?? 0) | (1 << (pair & 31));
      }
      before = code;
    }
  }

  has(first: number, second: number): boolean {
    if (!(first < ASCII && second < ASCII)) return false; // also for NaN
    const pair = first * ASCII + second;
    return (((this.seen[pair >> 5] ?? 0) >> (pair & 31)) & 1) === 1;
  }

  /** Returns true if the upper-case text may contain base64 that begins with these two bytes. */
  hasBase64(first: number, second: number): boolean {
    const [a, b] = [first >> 2, ((first & 3) << 4) | (second >> 4)];
    return this.has(BASE64.charCodeAt(a), BASE64.charCodeAt(b));
  }

  /** Returns true if the upper-case text may contain hex that begins with this byte. */
  hasHex(byte: number): boolean {
    return this.has(HEX.charCodeAt(byte >> 4), HEX.charCodeAt(byte & 15));
  }
}
