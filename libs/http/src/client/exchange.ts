import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { timeoutAfterReads } from '../after-reads.js';
import { AnswerTooLongError } from './answer-body.js';

/** Signal that stops requests from outside: an AbortSignal, or a lighter object with the same interface. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Reasons why the hub stops an exchange: its limit, the end of the process, or the signal of the request. */
export type StopReason = 'time limit' | 'shutdown' | 'request';

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

/** Connection of a client. The socket is null until the connection is open. */
export interface Connection {
  socket: Socket | null;
}

/** Dispatched request, with the exchange that receives the connection. */
export interface TrackedDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Pick<Exchange, 'connection'>;
}

/** Limits and callbacks of one exchange. */
export interface ExchangeOptions {
  readonly signal: StopSignal;
  /** Time limit in milliseconds. Infinity if only the signal ends the exchange. */
  readonly limitMs: number;
  /** Maximum size of the answer's body in bytes, as received. */
  readonly maxBytes: number;
  /** Called directly before the request is written to its socket. Throws an error to stop the request. */
  readonly beforeWrite: (() => void) | undefined;
  /** Called once, when the request may have reached the vendor. */
  readonly onSent: (() => void) | undefined;
}

/** Error that `beforeWrite` throws to stop a request. The message of the error contains the reason. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
}

/** Error that `beforeWrite` throws to have the request repeated later. No byte of the request was written. */
export class WriteDelayedError extends Error {
  override readonly name = 'WriteDelayedError';

  /** @param milliseconds until the request is repeated */
  constructor(readonly milliseconds: number) {
    super(`the request is written after another ${milliseconds} ms`);
  }
}

/** Error of an exchange that the hub itself ended. */
class ExchangeAbortedError extends Error {
  override readonly name = 'ExchangeAbortedError';

  /** @param code code that axios uses for the same reason */
  constructor(
    message: string,
    readonly code?: 'ECONNABORTED' | 'ERR_CANCELED',
  ) {
    super(message);
  }
}

/**
 * One request and its answer on undici's dispatcher, without redirects or proxies, and independent of environment
 * variables. After a failure, `sent` shows if the vendor may have received the request, and `head` contains the status
 * line and headers if they arrived.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /**
   * True after an answer has arrived, or after the operating system has accepted the whole request for an open
   * connection. With TLS, the connection is also verified. While this field is false, no server can have acted on the
   * request, because no server has received the end of the body.
   */
  sent = false;
  /** Status line and headers of the answer, even if the body did not arrive. Undefined if no status line arrived. */
  head: AnswerHead | undefined;
  /** Reason why the hub stopped the exchange. Undefined if the hub did not stop it. */
  stopped: StopReason | undefined;
  /** Connection that carries the request. The client of this connection sets the field. */
  connection: Connection | undefined;
  /** Resolves with the whole answer. Rejects with the error of undici, the system or the egress policy. */
  readonly answer: Promise<WireAnswer>;

  private written = false;
  private abortError: ExchangeAbortedError | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private readonly cancelTimer: (() => void) | undefined;
  private resolve: (answer: WireAnswer) => void;
  private reject: (error: Error) => void;

  /** Starts the time limit. Call `done` at the end of the exchange. */
  constructor(private readonly options: ExchangeOptions) {
    const { limitMs } = options;
    this.answer = new Promise<WireAnswer>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (Number.isFinite(limitMs)) this.cancelTimer = timeoutAfterReads(() => this.stop('time limit'), limitMs);
  }

  /** Releases the timer of the time limit. */
  done(): void {
    this.cancelTimer?.();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici repeats a request on a second connection only if undici wrote nothing to the first connection. As an
    // additional protection, this check stops every request that starts twice.
    if (this.controller !== undefined)
      this.abortError ??= new ExchangeAbortedError('the request was stopped, because it would have been sent twice');
    this.controller = controller;
    if (this.abortError !== undefined) {
      controller.abort(this.abortError);
      return;
    }
    // If `beforeWrite` throws, the request fails before any byte is written. The connection stays usable for the next
    // request.
    this.options.beforeWrite?.();
    // After this callback, undici writes the request in the same turn of the event loop.
    queueMicrotask(this.afterWrite);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, received: IncomingHttpHeaders): void {
    if (status < 200) return;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(received)) {
      if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
    }
    this.head = { status, headers };
    if (!this.sent) this.markSent();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.length += chunk.length;
    const { maxBytes } = this.options;
    if (this.length > maxBytes) controller.abort(new AnswerTooLongError(maxBytes));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const { head, chunks } = this;
    if (head === undefined)
      return this.reject(new Error('the server closed the connection before it sent a status line'));
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, this.length);
    this.resolve({ body, ...head });
    // Close the connection if the answer arrived before the whole request was written. Otherwise the server would read
    // the rest of the request as part of the next request.
    const socket = this.connection?.socket;
    if (!this.written && (socket?.writableLength ?? 0) > 0) socket?.destroy();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  /** Waits until the written bytes have been passed to the operating system, like the `finish` event of node:http. */
  private readonly afterWrite = (): void => {
    const socket = this.connection?.socket;
    if (socket === null || socket === undefined || socket.destroyed) return;
    if (socket.writableLength > 0) {
      socket.write('', this.afterFlush);
      return;
    }
    this.written = true;
    if (!this.sent) this.markSent();
  };

  private readonly afterFlush = (failure?: Error | null): void => {
    if (failure !== null && failure !== undefined) return;
    this.written = true;
    if (!this.sent) this.markSent();
  };

  private markSent(): void {
    this.sent = true;
    this.options.onSent?.();
  }

  /** Listener for the stop signal. Stops the exchange with the reason of the signal. */
  readonly stopBySignal = (): void => {
    const { reason } = this.options.signal;
    const timedOut =
      typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
    this.stop(timedOut ? 'time limit' : 'shutdown');
  };

  /** Listener for the signal of the request. */
  readonly stopByRequest = (): void => {
    this.stop('request');
  };

  /** Ends the exchange immediately, in any state. */
  private stop(reason: StopReason): void {
    this.stopped ??= reason;
    const code = this.stopped === 'time limit' ? 'ECONNABORTED' : 'ERR_CANCELED';
    this.abortError ??= new ExchangeAbortedError('the hub stopped the request', code);
    this.reject(this.abortError);
    this.controller?.abort(this.abortError);
  }
}
