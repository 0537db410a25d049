import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { AnswerTooLongError, RESPONSE_LIMIT } from './answer-body.js';
import { flatHeaders } from './flat-headers.js';

/** What goes over the wire. */
export interface WireRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

/** The status line and headers of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer as it came, its body still encoded. */
export interface WireAnswer extends AnswerHead {
  readonly body: Buffer;
}

/** The socket of a connection; null before it was opened. */
export interface Connection {
  socket: Socket | null;
}

/** A request as it is dispatched, with the exchange that receives the connection. */
export interface TrackedDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Pick<Exchange, 'setConnection'>;
}

/** An exchange that the hub itself ended. */
class ExchangeAbortedError extends Error {
  override readonly name = 'ExchangeAbortedError';
}

/**
 * One request and its answer on undici's dispatcher, bare: no redirects, no proxies, nothing of the environment. Knows
 * how far it came when it fails: whether the request may have reached the vendor, and what status line came back before
 * the rest was lost.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private written = false;
  private sentNotified = false;
  private abortError: ExchangeAbortedError | undefined;
  private connection: Connection | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private answer: AnswerHead | undefined;
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private resolve: (answer: WireAnswer) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  /**
   * @param onSent called once, when the request may have reached the vendor
   * @param beforeWrite called directly before the request is written to its socket; throws to keep it from going out
   */
  constructor(
    private readonly onSent: () => void,
    private readonly beforeWrite: () => void,
  ) {}

  /** Sends the request. Resolves with the whole answer; rejects with what undici, the system or the egress guard says. */
  start(dispatcher: Dispatcher, { method, url, headers, body }: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      if (this.abortError !== undefined) reject(this.abortError);
      else {
        const path = `${url.pathname}${url.search}`;
        const { origin } = url;
        const request: TrackedDispatch = { origin, path, method, headers, body: body ?? null, exchange: this };
        dispatcher.dispatch(request, this);
      }
    });
  }

  /** Ends it at once, wherever it is. */
  abort(): void {
    this.abortError ??= new ExchangeAbortedError('stopped');
    this.reject(this.abortError);
    this.controller?.abort(this.abortError);
  }

  /**
   * True once the whole request was handed to the system on a connection that was there (and, with TLS, was verified).
   * Before that no server can have acted on it: it never saw the end of the body.
   */
  get sent(): boolean {
    return this.written || this.answer !== undefined;
  }

  /** The status line and headers that arrived, even where the body did not. */
  get head(): AnswerHead | undefined {
    return this.answer;
  }

  /** Sets the connection that carries the request. */
  setConnection(connection: Connection): void {
    this.connection = connection;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici would put a request on a second connection only where it wrote nothing to the first; this makes sure.
    if (this.controller !== undefined) this.abortError ??= new ExchangeAbortedError('not sent a second time');
    this.controller = controller;
    if (this.abortError !== undefined) {
      controller.abort(this.abortError);
      return;
    }
    // What is thrown here fails the request before a byte of it is written, and leaves the connection to the next one.
    this.beforeWrite();
    // It is written next, within this turn.
    queueMicrotask(this.afterWrite);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.answer = { status, headers: flatHeaders(headers) };
    this.notifyOnceSent();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length > RESPONSE_LIMIT) controller.abort(new AnswerTooLongError());
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const { answer, chunks } = this;
    if (answer === undefined) return this.reject(new Error('an answer without a head'));
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, this.length);
    this.resolve({ body, ...answer });
    // It was answered before it had gone out whole: what is left of it would stand in the next one's way.
    if (!this.written && (this.socket?.writableLength ?? 0) > 0) this.socket?.destroy();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  /** Waits until what undici wrote has been handed to the system, as node:http does for its `finish`. */
  private readonly afterWrite = (): void => {
    const { socket } = this;
    if (socket === null || socket.destroyed) return;
    if (socket.writableLength === 0) this.markWritten(null);
    else socket.write('', this.markWritten);
  };

  private readonly markWritten = (failure?: Error | null): void => {
    if (failure !== null && failure !== undefined) return;
    this.written = true;
    this.notifyOnceSent();
  };

  private get socket(): Socket | null {
    return this.connection?.socket ?? null;
  }

  private notifyOnceSent(): void {
    if (this.sentNotified || !this.sent) return;
    this.sentNotified = true;
    this.onSent();
  }
}
