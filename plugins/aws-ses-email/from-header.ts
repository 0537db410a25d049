/** The longest piece of a name in one encoded word, in bytes, so that the word has at most 75 characters (RFC 2047, 2). */
const WORD_BYTES = 45;

/**
 * An address with a name before it, as an e-mail's header has it: quoted (RFC 5322), and what is not ASCII as encoded
 * words (RFC 2047), as SES wants it. The name holds no line breaks.
 */
export function namedAddress(address: string, name: string | undefined): string {
  if (name === undefined) return address;
  if (/^[\x20-\x7e]*$/.test(name)) return `"${name.replace(/[\\"]/g, '\\$&')}" <${address}>`;
  const words = pieces(name).map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`);
  return `${words.join(' ')} <${address}>`;
}

/** Between code points only: no character may begin in one word and end in the next. */
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
