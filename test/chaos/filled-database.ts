import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { multiplyEvents, ownPostgres, ownRedis, until } from '@patchbay/testing/services';
import { sleep } from './support/sleep.js';
import { SingleHub } from './support/single-hub.js';
import { percentile } from './support/percentile.js';
import { postEvents, type IngestTarget } from './support/post-events.js';

const BRAND = 'filled';
const HEADERS = { 'x-filled-token': 'invented-source-token' };
const DESTINATION = 'receiver';
const STORED = 1_000_000;
const WAITING = 200_000;
/** Number of rows in the filled database per row that the hub itself creates. All other rows are copies. */
const COPIES = 1_000;
const TURNS = 3;
const CALLERS = 16;
const EVENTS_A_CALL = 20;
const LEAST_SHARE = 0.85;
const MOST_MIB = 400;
const MEMORY_EVERY_MS = 250;
const CALM_MS = 500;
/** Data of an event, about 600 bytes. */
const DATA = { totalPointsIssued: 50, text: 'An invented purchase. '.repeat(20) };

const COUNTS = `
SELECT
  (SELECT count(*)::int FROM events) AS stored, (SELECT count(*)::int FROM deliveries_waiting) AS waiting`;

export interface FilledOptions {
  readonly fromSources: boolean;
  /** Duration of each measurement, in milliseconds. */
  readonly measureMs: number;
  readonly say: (line: string) => void;
}

/** Throughput of a hub: events stored and deliveries sent per second. */
interface Rates {
  readonly ingest: number;
  readonly delivery: number;
}

/**
 * Compares a hub on an empty database with a hub on a database of 1,000,000 stored events and 200,000 waiting
 * deliveries. Measures in turns how many events each hub stores and delivers per second. Returns true if the hub on the
 * full database reaches 85 % of the median rates of the other hub, and uses less than 400 MiB of memory.
 */
export async function runFilledDatabase({ fromSources, measureMs, say }: FilledOptions): Promise<boolean> {
  const postgres = await ownPostgres();
  const receiver = await startReceiver();
  const empty = await Side.start(postgres.url, 'chaos_empty', receiver, fromSources);
  const full = await Side.start(postgres.url, 'chaos_full', receiver, fromSources);
  try {
    await fill(full, receiver, say);
    const rates: { empty: Rates[]; full: Rates[] } = { empty: [], full: [] };
    for (let turn = 0; turn < TURNS; turn += 1) {
      await empty.clear();
      rates.empty.push(await empty.measure(measureMs));
      rates.full.push(await full.measure(measureMs));
      say(`  ${inWords('empty', rates.empty.at(-1))}; ${inWords('full', rates.full.at(-1))}`);
    }
    const share = (of: (rates: Rates) => number): number => median(rates.full.map(of)) / median(rates.empty.map(of));
    const [ingest, delivery] = [share((one) => one.ingest), share((one) => one.delivery)];
    say(
      `  full database, in % of the empty one: ingest ${percent(ingest)}, delivery ${percent(delivery)} (at least 85 %)`,
    );
    const memory = [full, empty].map(({ mostMiB }) => `${mostMiB.toFixed(0)} MiB`);
    say(`  peak memory of the hub: full database ${memory[0]} (limit ${MOST_MIB}), empty database ${memory[1]}`);
    return ingest >= LEAST_SHARE && delivery >= LEAST_SHARE && full.mostMiB < MOST_MIB;
  } finally {
    await empty.close();
    await full.close();
    await receiver.close();
    await postgres.kill();
  }
}

/** One of the two compared hubs, with its database. */
class Side {
  /** Peak memory of the hub, in MiB. */
  mostMiB = 0;
  private made = 0;
  private readonly watch: NodeJS.Timeout;

  private constructor(
    private readonly hub: SingleHub,
    readonly client: pg.Client,
    private readonly receiver: Receiver,
    private readonly closeQueue: () => Promise<void>,
  ) {
    this.watch = setInterval(() => void this.look(), MEMORY_EVERY_MS);
  }

  static async start(serverUrl: string, name: string, receiver: Receiver, fromSources: boolean): Promise<Side> {
    const admin = new pg.Client({ connectionString: serverUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const redis = await ownRedis();
    const hub = await SingleHub.start({
      fromSources,
      databaseUrl: url.href,
      ...('skipped' in redis ? {} : { redisUrl: redis.url }),
      brand: BRAND,
      brandFile: brandFile(receiver.url),
      environment: { FILLED_TOKEN: HEADERS['x-filled-token'], FILLED_BEARER: 'invented-bearer' },
    });
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    return new Side(hub, client, receiver, async () => {
      if (!('skipped' in redis)) await redis.kill();
    });
  }

  /** Measures the ingest rate while deliveries are paused, then the delivery rate without ingest. */
  async measure(measureMs: number): Promise<Rates> {
    await this.hub.turn(DESTINATION, 'pause');
    const ingest = await this.ingestRate(measureMs);
    const idle = this.receiver.gone();
    await this.hub.turn(DESTINATION, 'resume');
    await until(() => this.receiver.gone() > idle, { what: 'the first delivery', timeoutMs: 60_000 });
    const before = this.receiver.gone();
    const startedAt = performance.now();
    await sleep(measureMs);
    const delivery = ((this.receiver.gone() - before) * 1_000) / (performance.now() - startedAt);
    await this.hub.turn(DESTINATION, 'pause');
    await this.receiver.calm();
    return { ingest, delivery };
  }

  async take(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += EVENTS_A_CALL) await this.call();
  }

  turn(action: 'pause' | 'resume'): Promise<void> {
    return this.hub.turn(DESTINATION, action);
  }

  async counts(): Promise<{ readonly stored: number; readonly waiting: number }> {
    const { rows } = await this.client.query<{ stored: number; waiting: number }>(COUNTS);
    return rows[0] ?? { stored: 0, waiting: 0 };
  }

  /** Deletes all events and deliveries. */
  async clear(): Promise<void> {
    await this.client.query('TRUNCATE ingest_keys, events, event_customers, deliveries, attempts');
  }

  async close(): Promise<void> {
    clearInterval(this.watch);
    await this.client.end();
    await this.hub.close();
    await this.closeQueue();
  }

  private async ingestRate(measureMs: number): Promise<number> {
    const startedAt = performance.now();
    let accepted = 0;
    const caller = async (): Promise<void> => {
      while (performance.now() - startedAt < measureMs) {
        await this.call();
        accepted += EVENTS_A_CALL;
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return (accepted * 1_000) / (performance.now() - startedAt);
  }

  private call(): Promise<void> {
    const events = Array.from({ length: EVENTS_A_CALL }, () => {
      this.made += 1;
      return { id: `e-${this.made}`, type: 'pointsIssued', customerId: `c-${this.made % 10_000}`, data: DATA };
    });
    return postEvents(this.target, events);
  }

  private get target(): IngestTarget {
    return { url: `${this.hub.url}/v1/ingest/${BRAND}/shop`, headers: HEADERS };
  }

  private async look(): Promise<void> {
    this.mostMiB = Math.max(this.mostMiB, (await this.hub.memoryMiB()) ?? NaN);
  }
}

/** Fills a database. The hub stores and delivers a thousandth of the events itself; the other rows are copies. */
async function fill(full: Side, receiver: Receiver, say: (line: string) => void): Promise<void> {
  await full.take((STORED - WAITING) / COPIES);
  await until(async () => (await full.counts()).waiting === 0, { what: 'the deliveries', timeoutMs: 120_000 });
  await full.turn('pause');
  await full.take(WAITING / COPIES);
  await receiver.calm();
  say(`filling a database; this takes several minutes …`);
  await multiplyEvents(full.client, COPIES - 1);
  await full.client.query('VACUUM ANALYZE');
  const { stored, waiting } = await full.counts();
  say(`  ${stored} events are stored, ${waiting} deliveries wait`);
}

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

async function startReceiver() {
  let gone = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      gone += 1;
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Number of messages received so far from both hubs. */
    gone: () => gone,
    /** Resolves when no message has arrived for 500 ms. */
    calm: async () => {
      let before: number;
      do {
        before = gone;
        await sleep(CALM_MS);
      } while (before !== gone);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function brandFile(receiverUrl: string): string {
  return `
brand: ${BRAND}
timezone: Europe/Berlin
privacy: standard
sources:
  shop:
    adapter: json
    auth: { headers: { x-filled-token: ["\${env:FILLED_TOKEN}"] } }
destinations:
  ${DESTINATION}:
    type: webhook
    credentials: { bearer: "\${env:FILLED_BEARER}" }
    settings: { url: "${receiverUrl}" }
    limits: { concurrency: 100, timeoutMs: 15000 }
subscriptions:
  everything:
    source: shop
    events: ["*"]
    destination: ${DESTINATION}
    mapping: { body: { id: "{{ event.id }}", points: "{{ data.totalPointsIssued }}", text: "{{ data.text }}" } }
`;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function inWords(what: string, rates: Rates | undefined): string {
  return `${what}: ${(rates?.ingest ?? NaN).toFixed(0)} events/s in, ${(rates?.delivery ?? NaN).toFixed(0)} deliveries/s out`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
