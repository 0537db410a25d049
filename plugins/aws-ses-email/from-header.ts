/** Maximum bytes of a name in one encoded word, so that the word has at most 75 characters (RFC 2047, 2). */
const WORD_BYTES = 45;

/**
 * Formats an address with a name for an e-mail header. An ASCII name is quoted (RFC 5322). Any other name becomes
 * encoded words (RFC 2047), as SES requires. The name must not contain line breaks.
 */
export function namedAddress(address: string, name: string | undefined): string {
  if (name === undefined) return address;
  if (/^[\x20-\x7e]*$/.test(name)) return `"${name.replace(/[\\"]/g, '\\$&')}" <${address}>`;
  const words = pieces(name).map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`);
  return `${words.join(' ')} <${address}>`;
}

/** Splits a text for encoded words. Splits only between code points, so that no character spans two words. */
function pieces(text: string): readonly string[] {
  const found: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > WORD_BYTES) {
      found.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...found, piece];
}
