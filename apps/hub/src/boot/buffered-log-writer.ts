import { types } from 'node:util';

/**
 * Maximum number of buffered characters. If the buffer is full, the process blocks until the reader has read some
 * characters.
 */
const MAX_BUFFERED_CHARACTERS = 1024 * 1024;
/** Time before the next write to a slow reader, in milliseconds. */
const RETRY_AFTER_MS = 5;

/**
 * Log writer that writes the lines of one event loop turn with one system call. A call per line would cost more than
 * creating the line. At its end, a process calls `flushSync`, so no line is lost if the process can still run code.
 * Lines are lost after `kill -9`, a full heap or an endless loop. Outcomes of deliveries are not lost, because they are
 * in the database. If the reader is slow, up to a million characters are buffered. Then the process blocks, so that it
 * loses no lines and needs no more memory.
 */
export class BufferedLogWriter {
  private lines: string[] = [];
  private lineCharacters = 0;
  /** Bytes of earlier lines that the reader has not taken yet. */
  private rest: Uint8Array = new Uint8Array();
  private scheduled = false;
  private closed = false;
  /** Notice about lost lines. It is written before the next line. */
  private lossNotice = '';

  /** @param writeNow writes as many bytes as fit and returns their number; throws EAGAIN if none fit */
  constructor(private readonly writeNow: (bytes: Uint8Array) => number) {}

  /** Buffers a line. The text must end with its line break. */
  write(line: string): void {
    if (this.closed) return;
    this.lines.push(line);
    this.lineCharacters += line.length;
    if (this.lineCharacters + this.rest.length > MAX_BUFFERED_CHARACTERS) this.flushSync();
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.writeBuffered);
  }

  /**
   * Writes all buffered lines and blocks the process until that is done.
   * @param timeoutMs maximum time without progress, in milliseconds; the remaining lines are then lost
   */
  flushSync(timeoutMs = Infinity): void {
    let deadline = performance.now() + timeoutMs;
    while (this.isWaiting()) {
      if (this.writeSome() > 0) deadline = performance.now() + timeoutMs;
      else if (performance.now() >= deadline) return;
      else pause(RETRY_AFTER_MS);
    }
  }

  private readonly writeBuffered = (): void => {
    this.scheduled = false;
    while (this.isWaiting()) {
      if (this.writeSome() > 0 || !this.isWaiting()) continue;
      this.scheduled = true;
      setTimeout(this.writeBuffered, RETRY_AFTER_MS).unref();
      return;
    }
  };

  private isWaiting(): boolean {
    return this.rest.length > 0 || this.lines.length > 0;
  }

  /** Writes once. Returns the number of bytes that the reader took. */
  private writeSome(): number {
    if (this.rest.length === 0) {
      this.rest = Buffer.from(this.lossNotice + this.lines.join(''));
      this.lossNotice = '';
      this.dropLines();
    }
    try {
      const taken = this.writeNow(this.rest);
      this.rest = this.rest.subarray(taken);
      return taken;
    } catch (error) {
      const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN') return 0;
      // EPIPE: the reader has closed the pipe, so logging stops for good. Other errors, such as a full disk, may be
      // temporary.
      if (code === 'EPIPE') this.closed = true;
      else this.lossNotice = `${JSON.stringify({ level: 'warn', msg: `log lines lost: ${String(code)}` })}\n`;
      this.rest = new Uint8Array();
      this.dropLines();
      return 0;
    }
  }

  private dropLines(): void {
    this.lines = [];
    this.lineCharacters = 0;
  }
}

/** Blocks the whole process for some milliseconds. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
