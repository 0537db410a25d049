import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Arrival } from '../checks/check.js';
import { readMessages, type ReceivedMessage } from './received-message.js';
import type { SeededRandom } from './seeded-random.js';
import { StatusReports } from './status-reports.js';

/**
 * Modes of the receiver: its behaviour after it has accepted a message. In mode `away` the receiver accepts nothing and
 * answers 503.
 */
export const SINK_MODES = ['prompt', 'slow', 'half-open', 'resetting', 'garbage', 'away'] as const;
export type SinkMode = (typeof SINK_MODES)[number];

/** Messages of one delivery that the sink accepted. */
export interface AcceptedMessages {
  readonly eventId: string;
  /** Time of each accepted message, in milliseconds since the epoch. A customer would see each of these messages. */
  readonly at: number[];
}

const SLOW_MS = [200, 900] as const;

/** Responses that are not valid HTTP. */
const GARBAGE: readonly string[] = [
  '\u0000\u0001\u0002 this is not HTTP\r\n\r\n',
  'HTTP/1.1 OK fine\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfour',
  'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n',
];

/**
 * Receiver that replaces all vendors. The receiver records each message before it answers, and simulates faulty
 * answers. No fault kills the receiver, because it runs in the process of the suite. Its records are therefore a
 * complete list of the messages that the hub sent.
 */
export class Sink {
  /** Accepted messages by delivery id, which is the idempotency key of every attempt; in a batch, by the name of the item. */
  readonly accepted = new Map<string, AcceptedMessages>();
  /** Number of requests that the receiver got, by delivery id, regardless of the answer. */
  readonly requests = new Map<string, number>();
  /** Status callbacks that the receiver sends about accepted messages. */
  readonly reports = new StatusReports();
  private readonly arrivals = new Map<string, Arrival[]>();
  private readonly held: ((mode: SinkMode) => void)[] = [];
  private holding = false;
  private calls = 0;
  private mode: SinkMode = 'prompt';

  private constructor(
    private readonly server: Server,
    private readonly random: SeededRandom,
  ) {
    server.on('request', (request, response) => this.take(request, response));
  }

  /** Starts a receiver on 127.0.0.1 and a free port. */
  static async start(random: SeededRandom): Promise<Sink> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Sink(server, random);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Returns all requests of one round, in the order of their arrival. */
  arrivalsOf(round: string): readonly Arrival[] {
    return this.arrivals.get(round) ?? [];
  }

  /** Number of accepted requests that wait for an answer until {@link release}. */
  get waiting(): number {
    return this.held.length;
  }

  /** Makes the receiver accept requests without answering them until {@link release}. */
  hold(): void {
    this.holding = true;
  }

  /** Answers all held requests in the receiver's current mode. */
  release(): void {
    this.holding = false;
    for (const answer of this.held.splice(0)) answer(this.mode);
  }

  /** Sets the receiver's mode for all later answers, including the answers to held requests. */
  turn(mode: SinkMode): void {
    this.mode = mode;
  }

  async close(): Promise<void> {
    this.reports.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const at = { at: performance.now(), wallAt: Date.now() };
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const messages = readMessages(request, body.toString());
      this.calls += 1;
      const call = { call: this.calls, bytes: body.length };
      const isRefused = messages.some(({ refuse }) => refuse);
      const answer: Arrival['answer'] = isRefused ? 'refused' : this.mode === 'away' ? 'away' : 'accepted';
      for (const message of messages) {
        const { destination, deliveryId, refs } = message;
        const arrival = { destination, deliveryId, refs, ...call, ...at, answer, abandoned: false };
        this.note(arrival, message);
        // The event loop reads the close of a connection one turn after it reads the request.
        setImmediate(() => setImmediate(() => (arrival.abandoned = isClosedByPeer(request.socket))));
      }
      if (answer === 'refused') response.writeHead(400).end('refused');
      else if (answer === 'away') response.writeHead(503).end('away');
      else this.answerLater(request, response);
    });
  }

  private note(arrival: Arrival, { round, eventId, reportTo }: ReceivedMessage): void {
    const { deliveryId, refs, wallAt, answer } = arrival;
    const ofRound = this.arrivals.get(round) ?? [];
    ofRound.push(arrival);
    this.arrivals.set(round, ofRound);
    this.requests.set(deliveryId, (this.requests.get(deliveryId) ?? 0) + 1);
    if (answer !== 'accepted') return;
    if (reportTo !== undefined) for (const ref of refs) this.reports.undelivered(ref, reportTo);
    if (eventId === undefined) return;
    const known = this.accepted.get(deliveryId);
    if (known === undefined) this.accepted.set(deliveryId, { eventId, at: [wallAt] });
    else known.at.push(wallAt);
  }

  private answerLater(request: IncomingMessage, response: ServerResponse): void {
    const answer = (mode: SinkMode): void => this.answer(mode, request, response);
    if (this.holding) this.held.push(answer);
    else answer(this.mode);
  }

  private answer(mode: SinkMode, { socket }: IncomingMessage, response: ServerResponse): void {
    switch (mode) {
      case 'prompt':
      case 'away':
        response.writeHead(204).end();
        return;
      case 'slow':
        setTimeout(() => response.writeHead(204).end(), this.random.between(...SLOW_MS));
        return;
      case 'half-open':
        return;
      case 'resetting':
        socket.resetAndDestroy();
        return;
      case 'garbage':
        socket.write(this.random.pick(GARBAGE));
        socket.end();
        return;
    }
  }
}

/**
 * Returns true if the peer closed the connection and this process has noticed it. Returns false if this process closed
 * the connection.
 */
function isClosedByPeer({ readableEnded, errored }: Socket): boolean {
  return readableEnded || errored !== null;
}
