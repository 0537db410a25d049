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

/** What a connection runs over; null before it was ever made. */
export interface Line {
  socket: Socket | null;
}

/** A request as it is dispatched: the exchange goes with it, to be told the connection. */
export interface WatchedDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Pick<Exchange, 'goesBy'>;
}

/** An exchange that the hub itself ended. */
class ExchangeCutError extends Error {
  override readonly name = 'ExchangeCutError';
}

/**
 * One request and its answer on undici's dispatcher, bare: no redirects, no proxies, nothing of the environment. Knows
 * how far it came when it fails: whether the request may have reached the vendor, and what status line came back before
 * the rest was lost.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private handedOver = false;
  private told = false;
  private cutBy: ExchangeCutError | undefined;
  private line: Line | undefined;
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
      if (this.cutBy !== undefined) reject(this.cutBy);
      else {
        const path = `${url.pathname}${url.search}`;
        const { origin } = url;
        const request: WatchedDispatch = { origin, path, method, headers, body: body ?? null, exchange: this };
        dispatcher.dispatch(request, this);
      }
    });
  }

  /** Ends it at once, wherever it is. */
  cut(): void {
    this.cutBy ??= new ExchangeCutError('stopped');
    this.reject(this.cutBy);
    this.controller?.abort(this.cutBy);
  }

  /**
   * True once the whole request was handed to the system on a connection that was there (and, with TLS, was verified).
   * Before that no server can have acted on it: it never saw the end of the body.
   */
  get sent(): boolean {
    return this.handedOver || this.answer !== undefined;
  }

  /** The status line and headers that arrived, even where the body did not. */
  get head(): AnswerHead | undefined {
    return this.answer;
  }

  /** The connection that it is about to go by. */
  goesBy(line: Line): void {
    this.line = line;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici would put a request on a second connection only where it wrote nothing to the first; this makes sure.
    if (this.controller !== undefined) this.cutBy ??= new ExchangeCutError('not sent a second time');
    this.controller = controller;
    if (this.cutBy !== undefined) {
      controller.abort(this.cutBy);
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
    this.tellOnceSent();
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
    if (!this.handedOver && (this.socket?.writableLength ?? 0) > 0) this.socket?.destroy();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.reject(error);
  }

  /** Waits until what undici wrote has been handed to the system, as node:http does for its `finish`. */
  private readonly afterWrite = (): void => {
    const { socket } = this;
    if (socket === null || socket.destroyed) return;
    if (socket.writableLength === 0) this.noteHandedOver(null);
    else socket.write('', this.noteHandedOver);
  };

  private readonly noteHandedOver = (failure?: Error | null): void => {
    if (failure !== null && failure !== undefined) return;
    this.handedOver = true;
    this.tellOnceSent();
  };

  private get socket(): Socket | null {
    return this.line?.socket ?? null;
  }

  private tellOnceSent(): void {
    if (this.told || !this.sent) return;
    this.told = true;
    this.onSent();
  }
}
