import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Watches one exchange from below axios, to know how far it came when it fails: whether the request may have reached
 * the vendor, and what status line came back before the rest was lost.
 */
export class ExchangeWatch {
  private ready = false;
  private written = false;
  private answer: IncomingMessage | undefined;

  /**
   * @param lookup resolves names to the addresses that may be called
   * @param onSent called once, when the request may have reached the vendor
   */
  constructor(
    private readonly lookup: LookupFunction,
    private readonly onSent: () => void,
  ) {}

  /** Given to axios in place of node:http. */
  readonly transport = {
    request: (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest => {
      options.lookup = this.lookup;
      const request = (options.protocol === 'https:' ? https : http).request(options, (response) => {
        this.answer = response;
        onResponse(response);
      });
      this.follow(request);
      return request;
    },
  };

  /**
   * True once the whole request was handed to a connection that was there (and, with TLS, was verified). Before that no
   * server can have acted on it: it never saw the end of the body.
   */
  get sent(): boolean {
    return (this.ready && this.written) || this.answer !== undefined;
  }

  /** The status line and headers that arrived, even where the body did not. */
  get head(): Pick<IncomingMessage, 'statusCode' | 'headers'> | undefined {
    return this.answer;
  }

  private follow(request: ClientRequest): void {
    request.once('socket', (socket) => {
      const secure = socket instanceof TLSSocket;
      const usable = secure ? request.reusedSocket : !socket.connecting;
      if (usable) this.note('ready');
      else socket.once(secure ? 'secureConnect' : 'connect', () => this.note('ready'));
    });
    request.once('finish', () => this.note('written'));
  }

  private note(step: 'ready' | 'written'): void {
    const before = this.sent;
    this[step] = true;
    if (!before && this.sent) this.onSent();
  }
}
