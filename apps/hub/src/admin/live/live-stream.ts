import { PassThrough, type Readable } from 'node:stream';

/** Maximum bytes that wait for a slow client. */
const MAX_WAITING_BYTES = 64 * 1024;

/** Reason why the hub ends a stream. */
export type LiveEnd = 'access' | 'shutdown' | 'slow';

/** Response in the format of server-sent events. */
export class LiveStream {
  private readonly output = new PassThrough({ highWaterMark: MAX_WAITING_BYTES });

  constructor() {
    this.output.write('retry: 3000\n\n');
  }

  /** Bytes to send. */
  get body(): Readable {
    return this.output;
  }

  get isOpen(): boolean {
    return this.output.writable;
  }

  /** Sends an event. Ends the stream if the client reads too slowly. */
  send(event: string, data: object): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends a comment, so that proxies do not close the connection. */
  heartbeat(): void {
    this.write(': heartbeat\n\n');
  }

  /** Tells the client why the stream ends, and ends it. */
  end(reason: LiveEnd): void {
    if (this.isOpen) this.output.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
  }

  private write(text: string): void {
    if (!this.isOpen) return;
    if (this.output.writableLength + this.output.readableLength > MAX_WAITING_BYTES) this.end('slow');
    else this.output.write(text);
  }
}
