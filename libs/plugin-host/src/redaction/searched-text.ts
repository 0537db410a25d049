const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
const HEX = '0123456789ABCDEF';
const ASCII = 128;

const PHONE_SEPARATORS = /[ ().-]/g;
/**
 * Maximum number of cached texts. A vendor answers nearly every call with one of a few short texts without sensitive
 * values.
 */
const MAX_CACHED = 64;
const MAX_CACHED_LENGTH = 100;

/** Text with indexes that speed up the search for many values. */
export class SearchedText {
  private static readonly cached = new Map<string, SearchedText>();

  readonly upper: string;
  readonly unseparated: string;
  /** Character pairs of the upper-case text. */
  readonly pairs: CharacterPairs;
  /** Character pairs of the text after the separators of phone numbers were removed. */
  readonly digits: CharacterPairs;

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

  /** Caches the instance for the lifetime of the process. Call it only for texts without sensitive values. */
  cache(): void {
    if (this.text.length > MAX_CACHED_LENGTH || SearchedText.cached.has(this.text)) return;
    if (SearchedText.cached.size >= MAX_CACHED) SearchedText.cached.clear();
    SearchedText.cached.set(this.text, this);
  }
}

/** Set of the pairs of adjacent ASCII characters in a text. */
class CharacterPairs {
  private readonly seen = new Set<number>();

  constructor(text: string) {
    let before = text.charCodeAt(0);
    for (let index = 1; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (before < ASCII && code < ASCII) this.seen.add(before * ASCII + code);
      before = code;
    }
  }

  has(first: number, second: number): boolean {
    return this.seen.has(first * ASCII + second);
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
