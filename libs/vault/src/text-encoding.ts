/** First byte of an encoded text. It gives the encoding of all further bytes. */
const UTF8 = 0;
const UTF16 = 1;

/**
 * Encodes a text as bytes without loss. A text with a lone surrogate, which a source may send, is encoded as UTF-16,
 * because UTF-8 cannot represent lone surrogates.
 */
export function encodeText(text: string): Buffer {
  const wellFormed = text.isWellFormed();
  const encoding = wellFormed ? 'utf8' : 'utf16le';
  const bytes = Buffer.allocUnsafe(1 + Buffer.byteLength(text, encoding));
  bytes[0] = wellFormed ? UTF8 : UTF16;
  bytes.write(text, 1, encoding);
  return bytes;
}

/** Decodes a text that {@link encodeText} encoded. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString(bytes[0] === UTF16 ? 'utf16le' : 'utf8', 1);
}
