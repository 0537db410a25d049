import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import {
  ownPostgres,
  ownRedis,
  until,
  type OwnPostgres,
  type OwnRedis,
  type Skipped,
} from '@patchbay/testing/services';
import { AdminApi } from './admin-api.js';
import {
  BRAND,
  brandEnvironment,
  brandFileWith,
  CALL_TIMEOUT_MS,
  INGEST_HEADERS,
  INGEST_PATH,
  type DestinationName,
} from './brand.js';
import { DatabaseView, millisecondOf } from './database-view.js';
import { HubProcesses, type HubName } from './hub-processes.js';
import type { HubRole } from './hub-process.js';
import { ACCOUNTS, ACCOUNTS_FILE, MESSAGES, messagesFile, quietSpanAround, type WallSpan } from './scenario-brands.js';
import { Scenarios } from './scenarios.js';
import { SeededRandom } from './seeded-random.js';
import { Sender } from './sender.js';
import { Sink } from './sink.js';
import { mountSmallDisk, type SmallDisk } from './small-disk.js';

/** Backends of the hub's queue. */
export const BACKENDS = ['postgres', 'redis'] as const;
export type Backend = (typeof BACKENDS)[number];

export interface TestBedOptions {
  readonly backend: Backend;
  readonly fromSources: boolean;
  /** Number of spare processes that have loaded the hub's modules; 2 by default. */
  readonly spares?: number;
  /** Seed for the receiver's random choices and for the wall clocks of the processes. */
  readonly seed: number;
  /** Function that prints a line for the person who runs the suite. */
  readonly say: (line: string) => void;
  readonly sabotage?: string;
  readonly patience: Patience;
}

/** Time limits that a busy machine can exceed. */
export interface Patience {
  /** Longest time without an arrival at a destination that has a due delivery, in milliseconds. */
  readonly stallMs: number;
  /** Longest time until the hub has sent enough deliveries without Redis, in milliseconds. */
  readonly withoutRedisMs: number;
}

const ANSWERS_WITHIN_MS = 60_000;
/** Admin key of the hubs that the suite starts. */
const ADMIN_KEY = 'invented-admin-key-0123456789';

/** Environment in which rounds run: PostgreSQL, Redis, the hub processes, and the receiver. */
export class TestBed {
  /** Number of times that the suite ended the lease of each delivery, by delivery id. */
  readonly leasesEnded = new Map<string, number>();
  /** Ids of the events that each replay must deliver again, by replay id. */
  readonly replayed = new Map<string, ReadonlySet<string>>();

  private constructor(
    readonly backend: Backend,
    readonly sink: Sink,
    readonly postgres: OwnPostgres,
    /** Redis of the hubs. Null if the queue runs on PostgreSQL. */
    readonly redis: OwnRedis | null,
    readonly disk: SmallDisk | Skipped,
    readonly database: DatabaseView,
    readonly hubs: HubProcesses,
    private readonly hubUrl: string,
    private readonly folder: string,
    private readonly admin: AdminApi,
    readonly patience: Patience,
  ) {}

  /**
   * Starts all servers and hubs. Rejects if a server or hub does not start; the servers that did start then end with
   * the run.
   */
  static async build(options: TestBedOptions): Promise<TestBed> {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-chaos-'));
    const disk = await mountSmallDisk();
    if ('skipped' in disk) options.say(`SKIPPED: ${disk.skipped}`);
    const postgres = await ownPostgres('skipped' in disk ? {} : { dataDir: join(disk.folder, 'postgres') });
    const redis = options.backend === 'redis' ? await ownRedis() : null;
    if (redis !== null && 'skipped' in redis) throw new Error(redis.skipped);
    const random = new SeededRandom(options.seed);
    const sink = await Sink.start(random.fork());
    const port = await freePort();
    const hubUrl = `http://127.0.0.1:${port}`;
    const environment = await hubEnvironment(folder, sink.url, hubUrl, postgres, redis);
    const hubs = new HubProcesses({
      fromSources: options.fromSources,
      spares: options.spares ?? 2,
      random: random.fork(),
      roleOf: (name) => roleOf(name, environment, port, folder, options.sabotage),
    });
    const testBed = new TestBed(
      options.backend,
      sink,
      postgres,
      redis,
      disk,
      new DatabaseView(postgres.url),
      hubs,
      hubUrl,
      folder,
      new AdminApi(hubUrl, ADMIN_KEY),
      options.patience,
    );
    try {
      await hubs.start();
    } catch (error) {
      await testBed.close();
      throw error;
    }
    return testBed;
  }

  /** Creates a sender of events to {@link BRAND}. */
  sender(random: SeededRandom, prefix: string): Sender {
    return new Sender({ url: `${this.hubUrl}${INGEST_PATH}`, headers: INGEST_HEADERS, random, prefix });
  }

  /** Creates the senders of the events that the checks need. */
  scenarios(random: SeededRandom, round: string): Scenarios {
    return new Scenarios({ hubUrl: this.hubUrl, random, round, arrivals: () => this.sink.arrivalsOf(round) });
  }

  /**
   * Applies quiet hours to the brand `messages`; the quiet hours begin now and last some minutes. Resolves when the
   * hubs use the quiet hours.
   */
  async beginQuietHours(): Promise<WallSpan> {
    const span = quietSpanAround(Date.now());
    const file = brandFile(this.folder, MESSAGES.brand);
    await writeFile(file, messagesFile(span));
    await this.patiently(() => this.admin.apply(file, messagesFile(span), brandEnvironment(this.sink.url)));
    return span;
  }

  /** Applies a change of all destinations of {@link BRAND}. @param change number of the change, from 0 */
  async changeConfiguration(change: number): Promise<void> {
    const text = brandFileWith(CALL_TIMEOUT_MS + 100 * ((change + 1) % 2));
    const file = brandFile(this.folder, BRAND);
    await writeFile(file, text);
    await this.patiently(() => this.admin.apply(file, text, brandEnvironment(this.sink.url)));
  }

  /**
   * Ends every lease, as if the clock of PostgreSQL had passed the end of the lease. Other workers then reclaim
   * deliveries, including deliveries of live workers. Records the number of ended leases per delivery.
   */
  async endLeases(): Promise<void> {
    const count = (deliveryIds: readonly string[]): void => {
      for (const id of deliveryIds) this.leasesEnded.set(id, (this.leasesEnded.get(id) ?? 0) + 1);
    };
    await this.patiently(() => this.database.endLeases(count));
    await this.patiently(() => this.database.checkLeasesNow());
  }

  /**
   * Replays the newest events to one destination, over about 4 s. Returns the id of the replay. Repeats the request
   * while the process of the admin API is unavailable. If a request fails although the hub began a replay, the comparison of records
   * does not check which deliveries this replay creates.
   */
  async replayNewest(count: number, destination: DestinationName): Promise<string> {
    const events = await this.patiently(() => this.database.newestEvents(BRAND, count));
    const from = events.at(-1)?.receivedAt.toISOString();
    const id = await this.patiently(async () => {
      const answer = await this.admin.post(`/v1/brands/${BRAND}/replays`, {
        filter: { destination, from },
        includeSucceeded: true,
        ratePerSecond: Math.ceil(events.length / 4),
        sample: 0,
      });
      return (answer as { replay: { id: string } }).replay.id;
    });
    // A replay includes only events whose ids are earlier than its own. A process with a fast clock stores events with
    // later ids.
    const before = events.filter((event) => millisecondOf(event.id) < millisecondOf(id));
    this.replayed.set(id, new Set(before.map((event) => event.id)));
    return id;
  }

  /** Repeats a call until it succeeds, because a fault may affect PostgreSQL during the call. */
  async patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { answer } = await until(async () => ({ answer: await ask() }), {
      what: 'PostgreSQL to answer',
      timeoutMs: ANSWERS_WITHIN_MS,
    });
    return answer;
  }

  /** Starts PostgreSQL if it has ended, and waits until PostgreSQL answers queries. */
  async reviveDatabase(): Promise<void> {
    await this.patiently(async () => {
      await this.postgres.restart();
      await this.database.backlog();
    });
  }

  /** Ends all processes and servers of the test bed, and removes their files. */
  async close(): Promise<void> {
    await this.hubs.close();
    await this.database.close();
    await this.sink.close();
    await this.redis?.kill();
    await this.postgres.kill();
    if (!('skipped' in this.disk)) await this.disk.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function hubEnvironment(
  folder: string,
  sinkUrl: string,
  hubUrl: string,
  postgres: OwnPostgres,
  redis: OwnRedis | null,
): Promise<Record<string, string>> {
  const configuration = join(folder, 'config');
  await mkdir(join(configuration, 'brands'), { recursive: true });
  await writeFile(brandFile(folder, BRAND), brandFileWith());
  await writeFile(brandFile(folder, ACCOUNTS.brand), ACCOUNTS_FILE);
  await writeFile(brandFile(folder, MESSAGES.brand), messagesFile(quietSpanAround(Date.now())));
  return {
    HOST: '127.0.0.1',
    DATABASE_URL: postgres.url,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
    PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    PATCHBAY_ADMIN_KEY: ADMIN_KEY,
    PATCHBAY_CONFIG: configuration,
    PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
    PATCHBAY_PUBLIC_URL: hubUrl,
    LOG_LEVEL: 'warn',
    ...brandEnvironment(sinkUrl),
  };
}

function brandFile(folder: string, brand: string): string {
  return join(folder, 'config', 'brands', `${brand}.yaml`);
}

function roleOf(
  name: HubName,
  environment: Readonly<Record<string, string>>,
  port: number,
  folder: string,
  sabotage: string | undefined,
): HubRole {
  const own = name === 'all' ? { PATCHBAY_ROLE: 'all', PORT: String(port) } : { PATCHBAY_ROLE: 'worker', PORT: '0' };
  return {
    environment: { ...environment, ...own },
    dataDirectory: join(folder, '.patchbay'),
    ...(sabotage === undefined ? {} : { sabotage }),
  };
}
