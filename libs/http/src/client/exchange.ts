import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { AnswerTooLongError, RESPONSE_LIMIT } from './answer-body.js';
import { flatHeaders } from './flat-headers.js';

/** Request as it is sent. */
export interface WireRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

/** Status line and headers of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Answer as received, with its body still encoded. */
export interface WireAnswer extends AnswerHead {
  readonly body: Buffer;
}

/** Connection of a client. Its socket is null until it is opened. */
export interface Connection {
  socket: Socket | null;
}

/** Dispatched request, with the exchange that receives the connection. */
export interface TrackedDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Pick<Exchange, 'setConnection'>;
}

/** Error of an exchange that the hub itself ended. */
class ExchangeAbortedError extends Error {
  override readonly name = 'ExchangeAbortedError';
}

/**
 * One request and its answer on undici's dispatcher, without redirects or proxies, and independent of environment
 * variables. If it fails, it provides how far it came: whether the vendor may have received the request, and any status
 * line that arrived.
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
   * @param beforeWrite called directly before the request is written to its socket; throws to stop it
   */
  constructor(
    private readonly onSent: () => void,
    private readonly beforeWrite: () => void,
  ) {}

  /**
   * Sends the request. Resolves with the whole answer; rejects with the error of undici, the system or the egress
   * policy.
   */
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

  /** Ends the exchange immediately, in any state. */
  abort(): void {
    this.abortError ??= new ExchangeAbortedError('stopped');
    this.reject(this.abortError);
    this.controller?.abort(this.abortError);
  }

  /**
   * True after the whole request was passed to the operating system on an open connection (with TLS, a verified one).
   * Before that, no server can have acted on the request, because it has not received the end of the body.
   */
  get sent(): boolean {
    return this.written || this.answer !== undefined;
  }

  /** Status line and headers that arrived, even if the body did not. Undefined if none arrived. */
  get head(): AnswerHead | undefined {
    return this.answer;
  }

  /** Sets the connection that carries the request. */
  setConnection(connection: Connection): void {
    this.connection = connection;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici repeats a request on a second connection only if it wrote nothing to the first. This check enforces that.
    if (this.controller !== undefined)
      this.abortError ??= new ExchangeAbortedError('the request was stopped, because it would have been sent twice');
    this.controller = controller;
    if (this.abortError !== undefined) {
      controller.abort(this.abortError);
      return;
    }
    // An error thrown here fails the request before any byte is written. The connection stays usable for the next
    // request.
    this.beforeWrite();
    // undici writes the request next, within this turn.
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
    if (answer === undefined)
      return this.reject(new Error('the server closed the connection before it sent a status line'));
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, this.length);
    this.resolve({ body, ...answer });
    // The answer arrived before the whole request was written. The rest of it would be read as part of the next
    // request.
    if (!this.written && (this.socket?.writableLength ?? 0) > 0) this.socket?.destroy();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  /** Waits until the written bytes have been passed to the operating system, like the `finish` event of node:http. */
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
