import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';
import type { EgressPolicy } from '../egress/egress-policy.js';
import { agentsOf } from './agents.js';

/** What goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Record<string, string | number>;
  /** Text goes out in one piece with the head. */
  readonly body: string | Buffer | undefined;
}

/** An exchange that the hub itself ended. */
class ExchangeCutError extends Error {
  override readonly name = 'ExchangeCutError';
}

/**
 * One request and its answer on node:http, bare: no redirects, no proxies, nothing of the environment. Knows how far it
 * came when it fails: whether the request may have reached the vendor, and what status line came back before the rest
 * was lost.
 */
export class Exchange {
  private ready = false;
  private written = false;
  private told = false;
  private answer: IncomingMessage | undefined;
  private request: ClientRequest | undefined;
  private isCut = false;

  /**
   * @param onSent called once, when the request may have reached the vendor
   */
  constructor(
    private readonly egress: EgressPolicy,
    private readonly onSent: () => void,
  ) {}

  /** Sends the request. Resolves with the answer's head; its body is still to be read. Throws what node:http throws. */
  async start({ method, url, headers, body }: WireRequest): Promise<IncomingMessage> {
    if (this.isCut) throw new ExchangeCutError('stopped before it began');
    this.egress.checkLiteral(url.hostname);
    const secure = url.protocol === 'https:';
    const agent = agentsOf(this.egress)[secure ? 'https' : 'http'];
    const options = { method, headers, agent, lookup: this.egress.lookup };
    return await new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(url, options);
      this.request = request;
      request.on('error', reject);
      request.once('response', (answer) => {
        this.answer = answer;
        this.tellOnceSent();
        resolve(answer);
      });
      this.follow(request);
      request.end(body);
    });
  }

  /** Ends it at once, wherever it is. */
  cut(): void {
    this.isCut = true;
    this.request?.destroy(new ExchangeCutError('stopped'));
  }

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
    this[step] = true;
    this.tellOnceSent();
  }

  private tellOnceSent(): void {
    if (this.told || !this.sent) return;
    this.told = true;
    this.onSent();
  }
}
