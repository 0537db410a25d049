import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Arrival } from '../checks/check.js';
import { readMessage, type ReceivedMessage } from './received-message.js';
import type { SeededRandom } from './seeded-random.js';
import { StatusReports } from './status-reports.js';

/** How the sink answers what it has taken. `away` takes nothing. */
export const SINK_MOODS = ['prompt', 'slow', 'half-open', 'resetting', 'garbage', 'away'] as const;
export type SinkMood = (typeof SINK_MOODS)[number];

/** What the sink knows of one delivery. */
export interface Taken {
  readonly eventId: string;
  /** When it took the message, each time: what a customer would see. In milliseconds since the epoch. */
  readonly at: number[];
}

const SLOW_MS = [200, 900] as const;

/** Answers that are no answer. */
const GARBAGE: readonly string[] = [
  '\u0000\u0001\u0002 this is not HTTP\r\n\r\n',
  'HTTP/1.1 OK fine\r\n\r\n',
  'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfour',
  'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n',
];

/**
 * Stands for every vendor: writes down what it takes before it answers, and answers as badly as it is told. It lives in
 * the suite's own process, which is never killed, so what it wrote down is the truth about what went out.
 */
export class Sink {
  /** By delivery id, which every attempt carries as its idempotency key. */
  readonly taken = new Map<string, Taken>();
  /** Requests that each delivery made, whatever the answer was. */
  readonly requests = new Map<string, number>();
  /** Status callbacks that the sink makes about messages it took. */
  readonly reports = new StatusReports();
  private readonly arrivals = new Map<string, Arrival[]>();
  private readonly held: ((mood: SinkMood) => void)[] = [];
  private holding = false;
  private mood: SinkMood = 'prompt';

  private constructor(
    private readonly server: Server,
    private readonly random: SeededRandom,
  ) {
    server.on('request', (request, response) => this.take(request, response));
  }

  /** Listens on 127.0.0.1 and a free port. */
  static async start(random: SeededRandom): Promise<Sink> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Sink(server, random);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Everything that arrived about the events of one round, in order. */
  arrivalsOf(round: string): readonly Arrival[] {
    return this.arrivals.get(round) ?? [];
  }

  /** Requests that were taken and wait for {@link release}. */
  get waiting(): number {
    return this.held.length;
  }

  /** Takes, and answers nobody until {@link release}. */
  hold(): void {
    this.holding = true;
  }

  /** Answers whoever waits, in the mood it is in. */
  release(): void {
    this.holding = false;
    for (const answer of this.held.splice(0)) answer(this.mood);
  }

  /** From now on; who is held back meets it too. */
  turn(mood: SinkMood): void {
    this.mood = mood;
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
      const message = readMessage(request, Buffer.concat(chunks).toString());
      const answer: Arrival['answer'] = message.refuse ? 'refused' : this.mood === 'away' ? 'away' : 'taken';
      const { destination, deliveryId, refs } = message;
      const arrival = { destination, deliveryId, refs, ...at, answer, abandoned: false };
      this.note(arrival, message);
      // What the hub did before this turn of the event loop is only read in the next one.
      setImmediate(() => setImmediate(() => (arrival.abandoned = isClosedByPeer(request.socket))));
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
    if (answer !== 'taken') return;
    if (reportTo !== undefined) for (const ref of refs) this.reports.undelivered(ref, reportTo);
    if (eventId === undefined) return;
    const known = this.taken.get(deliveryId);
    if (known === undefined) this.taken.set(deliveryId, { eventId, at: [wallAt] });
    else known.at.push(wallAt);
  }

  private answerLater(request: IncomingMessage, response: ServerResponse): void {
    const answer = (mood: SinkMood): void => this.answer(mood, request, response);
    if (this.holding) this.held.push(answer);
    else answer(this.mood);
  }

  private answer(mood: SinkMood, { socket }: IncomingMessage, response: ServerResponse): void {
    switch (mood) {
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

/** Whether the other side has closed a connection, as far as this process has read it; not whether this side cut it. */
function isClosedByPeer({ readableEnded, errored }: Socket): boolean {
  return readableEnded || errored !== null;
}
