/** Decodes a body in base64 as UTF-8. Bytes that are not UTF-8 are shown as the replacement character. */
export function decodeBody(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
