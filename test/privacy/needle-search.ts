/** Needle: a byte sequence to search for, with its label in the result. */
export interface Needle<T> {
  readonly bytes: Buffer;
  readonly is: T;
}

/** Number of bytes at the start of a needle by which {@link NeedleSearch} finds the needles that may follow. */
const HEAD = 4;
const FILTER_BITS = 24;

/**
 * Search for thousands of byte sequences (needles) in one pass over a stream. Also finds needles that span two chunks.
 * Only the needles and one chunk are in memory.
 */
export class NeedleSearch<T> {
  private readonly byHead = new Map<number, Needle<T>[]>();
  /** Filter with one bit for each prefix of three bytes, so that most positions of the stream need a single lookup. */
  private readonly filter = new Uint8Array(2 ** (FILTER_BITS - 3));
  private readonly longest: number;

  /**
   * @param gather minimum number of bytes that are searched at once, because small chunks would consist mostly of
   *   overlap
   * @throws RangeError if a needle is shorter than four bytes
   */
  constructor(
    needles: readonly Needle<T>[],
    private readonly gather = 1024 * 1024,
  ) {
    this.longest = Math.max(HEAD, ...needles.map(({ bytes }) => bytes.length));
    for (const needle of needles) {
      const { bytes } = needle;
      if (bytes.length < HEAD)
        throw new RangeError(
          `A personal value of ${String(bytes.length)} bytes is too short to search for, because it would be found ` +
            'by chance. Use a longer value.',
        );
      const three = bytes.readUIntLE(0, 3);
      this.filter[three >> 3] = (this.filter[three >> 3] ?? 0) | (1 << (three & 7));
      const head = bytes.readUInt32LE(0);
      this.byHead.set(head, [...(this.byHead.get(head) ?? []), needle]);
    }
  }

  /** Searches a whole stream, and returns the needles that it contains. */
  async in(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<{ bytes: number; found: Set<T> }> {
    const found = new Set<T>();
    let bytes = 0;
    let parts: Uint8Array[] = [];
    let gathered = 0;
    const look = (): void => {
      const text = Buffer.concat(parts);
      this.look(text, found);
      // A needle may continue in the next chunk, so the end of this chunk is searched again with the next chunk. A
      // needle that is found twice counts once.
      parts = [text.subarray(Math.max(0, text.length - this.longest + 1))];
      gathered = 0;
    };
    for await (const chunk of chunks) {
      bytes += chunk.length;
      parts.push(chunk);
      gathered += chunk.length;
      if (gathered >= this.gather) look();
    }
    look();
    return { bytes, found };
  }

  private look(text: Buffer, found: Set<T>): void {
    const { filter } = this;
    const last = text.length - HEAD;
    for (let at = 0; at <= last; at += 1) {
      const three = (text[at] ?? 0) | ((text[at + 1] ?? 0) << 8) | ((text[at + 2] ?? 0) << 16);
      if (((filter[three >> 3] ?? 0) & (1 << (three & 7))) === 0) continue;
      for (const { bytes, is } of this.byHead.get(text.readUInt32LE(at)) ?? []) {
        if (text.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, text.length)) === 0) found.add(is);
      }
    }
  }
}
