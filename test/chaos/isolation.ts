import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { ownPostgres, ownRedis, until } from '@patchbay/testing/services';
import { sleep } from './support/sleep.js';
import { DatabaseView } from './support/database-view.js';
import { SingleHub } from './support/single-hub.js';
import { percentile } from './support/percentile.js';
import { postEvents, type IngestTarget } from './support/post-events.js';

const BRAND = 'isolation';
const HEADERS = { 'x-isolation-token': 'invented-source-token' };
const HUNG = 'hung';
const OTHERS = Array.from({ length: 9 }, (_, index) => `well-${index + 1}`);
/** Time in milliseconds until the tenth destination, which is slow, answers a call. */
const HANGS_MS = 30_000;
const BACKLOG = 50_000;
const WARM_UP_MS = 5_000;

/** Latencies of the nine fast destinations in milliseconds, and the number of measured events. */
interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly events: number;
}

export interface IsolationOptions {
  readonly fromSources: boolean;
  /** Events per second, in total for the nine fast destinations. */
  readonly rate: number;
  /** Duration of each of the four measurements, in milliseconds. */
  readonly measureMs: number;
  readonly say: (line: string) => void;
}

/**
 * Runs ten destinations. The tenth takes 30 s per call and has 50,000 waiting deliveries. Measures the latency from the
 * sender to the other nine, in turns without and with the tenth. Returns true if the tenth destination raises the p99
 * of the others by at most half, and Redis uses less than 64 MiB.
 */
export async function runIsolation({ fromSources, rate, measureMs, say }: IsolationOptions): Promise<boolean> {
  const redis = await ownRedis();
  if ('skipped' in redis) throw new Error(redis.skipped);
  const postgres = await ownPostgres();
  const receiver = await startReceiver();
  const hub = await SingleHub.start({
    fromSources,
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    brand: BRAND,
    brandFile: brandFile(receiver.url),
    environment: { ISOLATION_TOKEN: HEADERS['x-isolation-token'], ISOLATION_BEARER: 'invented-bearer' },
  });
  const database = new DatabaseView(postgres.url);
  const memory = watchMemory(redis.url);
  try {
    const target = { url: `${hub.url}/v1/ingest/${BRAND}/shop`, headers: HEADERS };
    const measure = async (): Promise<Latencies> => {
      await drive(target, rate, WARM_UP_MS);
      receiver.latencies.length = 0;
      await drive(target, rate, measureMs);
      return summary(receiver.latencies);
    };
    const without = [await measure()];
    await fillBacklog(target);
    await until(() => receiver.hanging() > 0, { what: 'calls that hang', timeoutMs: 60_000 });
    say(
      `${(await database.backlog()).waiting} deliveries wait for a receiver that takes ${HANGS_MS / 1_000} s per call`,
    );
    const withHung = [await measure()];
    await hub.turn(HUNG, 'pause');
    without.push(await measure());
    await hub.turn(HUNG, 'resume');
    await until(() => receiver.hanging() > 0, { what: 'calls that hang', timeoutMs: 60_000 });
    withHung.push(await measure());
    const { waiting } = await database.backlog();
    const ratio = mean(withHung.map(({ p99 }) => p99)) / mean(without.map(({ p99 }) => p99));
    const mebibytes = await memory.mostMiB();
    say(`  ${rate} events per second to ${OTHERS.length} destinations, without and with a destination that hangs`);
    for (const one of without) say(`  without  ${inWords(one)}`);
    for (const one of withHung) say(`  with     ${inWords(one)}`);
    say(`  p99 ratio ${ratio.toFixed(2)} (at most 1.5), peak memory of Redis ${mebibytes.toFixed(1)} MiB (under 64)`);
    say(`  ${waiting} deliveries still wait; the hub uses ${((await hub.memoryMiB()) ?? NaN).toFixed(0)} MiB`);
    return ratio <= 1.5 && mebibytes < 64;
  } finally {
    memory.stop();
    await database.close();
    await hub.close();
    await receiver.close();
    await postgres.kill();
    await redis.kill();
  }
}

function brandFile(receiverUrl: string): string {
  const names = [...OTHERS, HUNG];
  const destination = (name: string): string => `  ${name}:
    type: webhook
    credentials: { bearer: "\${env:ISOLATION_BEARER}" }
    settings: { url: "${receiverUrl}/${name}" }
    limits: { concurrency: 50, timeoutMs: ${HANGS_MS + 10_000} }
`;
  const subscription = (name: string): string => `  to-${name}:
    source: shop
    events: [${name}]
    destination: ${name}
    mapping: { body: { sentAt: "{{ data.sentAt }}" } }
`;
  return `
brand: ${BRAND}
timezone: Europe/Berlin
privacy: standard
sources:
  shop:
    adapter: json
    auth: { headers: { x-isolation-token: ["\${env:ISOLATION_TOKEN}"] } }
destinations:
${names.map(destination).join('')}
subscriptions:
${names.map(subscription).join('')}
`;
}

let made = 0;

function event(type: string): object {
  made += 1;
  return { id: `e-${made}`, type, customerId: `c-${made % 1_000}`, data: { sentAt: Date.now() } };
}

/** Sends one event per call at a constant rate, without waiting for the answers. */
async function drive(target: IngestTarget, rate: number, durationMs: number): Promise<void> {
  const calls: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let elapsed = 0; elapsed < durationMs; elapsed = performance.now() - startedAt) {
    const due = Math.floor((elapsed * rate) / 1_000);
    while (calls.length < due) calls.push(postEvents(target, [event(OTHERS[calls.length % OTHERS.length] ?? HUNG)]));
    await sleep(5);
  }
  await Promise.all(calls);
}

async function fillBacklog(target: IngestTarget): Promise<void> {
  for (let sent = 0; sent < BACKLOG; sent += 500) {
    await postEvents(
      target,
      Array.from({ length: 500 }, () => event(HUNG)),
    );
  }
}

async function startReceiver() {
  const latencies: number[] = [];
  let hanging = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === `/${HUNG}`) {
        hanging += 1;
        const timer = setTimeout(() => response.writeHead(204).end(), HANGS_MS);
        response.on('close', () => {
          hanging -= 1;
          clearTimeout(timer);
        });
        return;
      }
      const { sentAt } = JSON.parse(Buffer.concat(chunks).toString()) as { sentAt: number };
      latencies.push(Date.now() - sentAt);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    latencies,
    hanging: () => hanging,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads the peak memory that Redis reports, in MiB. */
function watchMemory(url: string): { mostMiB(): Promise<number>; stop(): void } {
  const client = new Redis(url);
  return {
    mostMiB: async () => {
      const info = await client.info('memory');
      return Number(/used_memory_peak:(\d+)/.exec(info)?.[1]) / 1_024 ** 2;
    },
    stop: () => client.disconnect(),
  };
}

function summary(latencies: readonly number[]): Latencies {
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), events: latencies.length };
}

function inWords({ p50, p99, events }: Latencies): string {
  return `p50 ${p50} ms, p99 ${p99} ms of ${events} events`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
