const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
const HEX = '0123456789ABCDEF';
const ASCII = 128;

/** Set of the pairs of adjacent ASCII characters in a text. */
export class CharacterPairs {
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
