import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeededRandom } from './seeded-random.js';

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
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString()) as { event: string; refuse: boolean };
      if (message.refuse) response.writeHead(400).end('refused');
      else if (this.mood === 'away') response.writeHead(503).end('away');
      else {
        this.note(String(request.headers['webhook-id']), message.event);
        this.answerLater(request, response);
      }
    });
  }

  private note(deliveryId: string, eventId: string): void {
    const known = this.taken.get(deliveryId);
    if (known === undefined) this.taken.set(deliveryId, { eventId, at: [Date.now()] });
    else known.at.push(Date.now());
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
