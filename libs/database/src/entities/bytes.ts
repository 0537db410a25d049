/** TypeORM reads `bytea` as a Buffer, and compares and writes one. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
