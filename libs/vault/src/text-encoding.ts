/** First byte of an encoded text: how the rest is to be read. */
const UTF8 = 0;
const UTF16 = 1;

/**
 * Text as bytes, exactly. UTF-8 cannot hold a lone surrogate, and what a source sends may carry one, so such a text
 * is kept as UTF-16 instead of being changed quietly.
 */
export function encodeText(text: string): Buffer {
  const wellFormed = text.isWellFormed();
  const encoding = wellFormed ? 'utf8' : 'utf16le';
  const bytes = Buffer.allocUnsafe(1 + Buffer.byteLength(text, encoding));
  bytes[0] = wellFormed ? UTF8 : UTF16;
  bytes.write(text, 1, encoding);
  return bytes;
}

/** The text that {@link encodeText} was given. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString(bytes[0] === UTF16 ? 'utf16le' : 'utf8', 1);
}
