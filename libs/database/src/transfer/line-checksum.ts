import { hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

const LINE_BREAK = 0x0a;

/** Number of rows, and a checksum that does not depend on their order. */
export interface RowsChecksum {
  readonly rows: number;
  /** Sum of the hashes of all rows, as 16 hexadecimal digits. */
  readonly checksum: string;
}

/**
 * Passes on the rows of COPY in its text format, and computes their checksum. A row is a line, because COPY escapes line
 * breaks inside values.
 */
export class LineChecksum extends Transform {
  private rows = 0;
  private high = 0;
  private low = 0;
  private rest: Buffer = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end !== -1; end = chunk.indexOf(LINE_BREAK, from)) {
      const line = chunk.subarray(from, end);
      this.add(this.rest.length === 0 ? line : Buffer.concat([this.rest, line]));
      if (this.rest.length > 0) this.rest = Buffer.alloc(0);
      from = end + 1;
    }
    if (from < chunk.length) this.rest = Buffer.concat([this.rest, chunk.subarray(from)]);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.rest.length === 0 ? null : new Error('The rows end in the middle of a line: the file is incomplete.'));
  }

  /** Returns the result of the complete rows so far. */
  result(): RowsChecksum {
    const digits = (word: number): string => word.toString(16).padStart(8, '0');
    return { rows: this.rows, checksum: digits(this.high) + digits(this.low) };
  }

  private add(line: Buffer): void {
    const digest = hash('sha256', line, 'buffer');
    this.rows += 1;
    this.high = (this.high + digest.readUInt32BE(0)) >>> 0;
    this.low = (this.low + digest.readUInt32BE(4)) >>> 0;
  }
}
