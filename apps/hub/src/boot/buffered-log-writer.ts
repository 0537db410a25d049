import { types } from 'node:util';

/** What may wait to be written, in characters. Beyond it whoever logs waits too. */
const MAX_BUFFERED_CHARACTERS = 1024 * 1024;
/** How soon a reader that was behind is retried, in milliseconds. */
const RETRY_AFTER_MS = 5;

/**
 * Buffers log lines: the lines of one event loop turn go in one write, because one write per line costs more than the
 * line. `flushSync` writes all of them, so no line is lost if the process can still act when it ends. Lines are lost by
 * `kill -9`, a full heap or a turn that never ends; outcomes of deliveries are not, because they are in the database. If
 * the reader is slow, up to a million characters wait. After that the process blocks, so that it neither loses lines nor
 * grows.
 */
export class BufferedLogWriter {
  private lines: string[] = [];
  private lineCharacters = 0;
  /** What the reader did not take yet of the lines before those. */
  private rest: Uint8Array = new Uint8Array();
  private scheduled = false;
  private closed = false;
  /** What is said of lines that could not be written, before the next that can. */
  private lossNotice = '';

  /** @param writeNow takes what fits now, at once, says how many bytes that were, and throws EAGAIN where none fit */
  constructor(private readonly writeNow: (bytes: Uint8Array) => number) {}

  /** Takes a line, with its end. */
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
   * Returns when all is written, and holds the process up until then.
   * @param timeoutMs gives up after this long in which the reader took nothing
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

  /** One write. Returns how many bytes were taken. */
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
      // The reader has gone: the work goes on without one. A disk that is full may have room again.
      if (code === 'EPIPE') this.closed = true;
      else
        this.lossNotice = `${JSON.stringify({ level: 'warn', msg: `log lines could not be written: ${String(code)}` })}\n`;
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

/** Stands still, and the whole process with it. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
