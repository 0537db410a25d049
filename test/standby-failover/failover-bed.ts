import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import { until } from '@patchbay/testing/services';
import { BRAND, brandEnvironment, brandFileWith, INGEST_HEADERS, INGEST_PATH } from '../chaos/support/brand.js';
import { DatabaseView } from '../chaos/support/database-view.js';
import type { Verdict } from '../chaos/support/ledger.js';
import type { SeededRandom } from '../chaos/support/seeded-random.js';
import { Sender } from '../chaos/support/sender.js';
import { drain } from '../chaos/support/settle.js';
import { Sink } from '../chaos/support/sink.js';
import { sleep } from '../chaos/support/sleep.js';
import { verdictOf } from '../chaos/support/verdict-of.js';
import { Balancer } from '../rolling-upgrade/balancer.js';
import { thisBuild } from '../rolling-upgrade/builds.js';
import { Instance, instanceEnvironment } from '../rolling-upgrade/instance.js';
import { Cluster, type StandbyName } from './cluster.js';
import { mustLose, type FailoverPlan } from './failover-plan.js';

/** Time limit of a call to the receiver. Longer than any stall of a busy machine, so that no attempt is unconfirmed. */
const CALL_TIMEOUT_MS = 10_000;
const ACKNOWLEDGED_WITHIN_MS = 180_000;
/** Duration of the load after the failover, in milliseconds. */
const LOAD_AFTER_MS = 2_000;
const CANCEL_MS = 1_500;
const STEP_MS = 250;

/** Result of one failover. */
export interface FailoverResult {
  readonly plan: FailoverPlan;
  readonly promoted: StandbyName;
  /** Bytes of WAL that the standby with less is behind the standby with more. */
  readonly behindBytes: number;
  /** Number of events that were acknowledged before the primary was killed. */
  readonly acknowledgedBefore: number;
  /** Number of the acknowledged events that are in the new primary. */
  readonly stored: number;
  /** Number of commits whose wait for a standby was cancelled. */
  readonly cancelled: number;
  /** Time from the kill of the primary until the next acknowledgement, in milliseconds. */
  readonly outageMs: number;
  readonly verdict: Verdict;
  /** Number of messages of events that are not in the new primary. */
  readonly unknownMessages: number;
  /** Number of answers 429. */
  readonly busy: number;
  /** Answers of the ingest endpoint other than 202 and 429. */
  readonly wrongAnswers: readonly string[];
}

/** Options of {@link FailoverBed.start}. */
export interface FailoverBedOptions {
  readonly random: SeededRandom;
  readonly ratePerSecond: number;
}

/** Two processes of a hub, their PostgreSQL cluster, and the receiver of their messages. */
export class FailoverBed {
  readonly leasesEnded = new Map<string, number>();
  readonly replayed = new Map<string, ReadonlySet<string>>();

  private constructor(
    private readonly options: FailoverBedOptions,
    private readonly folder: string,
    private readonly cluster: Cluster,
    readonly database: DatabaseView,
    readonly sink: Sink,
    private readonly balancer: Balancer,
    private readonly hubs: readonly Instance[],
  ) {}

  static async start(options: FailoverBedOptions): Promise<FailoverBed> {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-failover-'));
    const cluster = await Cluster.start();
    const sink = await Sink.start(options.random.fork());
    const balancer = await Balancer.start();
    await mkdir(join(folder, 'config', 'brands'), { recursive: true });
    await writeFile(join(folder, 'config', 'brands', `${BRAND}.yaml`), brandFileWith(CALL_TIMEOUT_MS));
    const environment = { ...instanceEnvironment(cluster.url, folder), ...brandEnvironment(sink.url) };
    const build = await thisBuild();
    const hubs: Instance[] = [];
    for (const name of ['hub-1', 'hub-2']) {
      const port = await freePort();
      hubs.push(await Instance.start({ name, build, role: 'all', port, folder, environment }));
      balancer.add(port);
    }
    return new FailoverBed(options, folder, cluster, new DatabaseView(cluster.url), sink, balancer, hubs);
  }

  /** Plays a failover under load, and compares what was acknowledged, received and stored. */
  async play(plan: FailoverPlan, name: string): Promise<FailoverResult> {
    const { random } = this.options;
    const { failover, behind } = plan;
    const earlier = new Set(this.sink.accepted.keys());
    const sender = new Sender({
      ...{ url: `${this.balancer.url}${INGEST_PATH}`, headers: INGEST_HEADERS, random: random.fork(), prefix: name },
    });
    const { acknowledgements } = sender;
    const load = this.load(sender);
    try {
      if (failover === 'asynchronous') await this.cluster.makeAsynchronous();
      await sleep(plan.loadMs);
      await this.cluster.cut(behind);
      if (failover === 'asynchronous') await this.cluster.cut(otherThan(behind));
      await sleep(plan.behindMs);
      if (failover === 'cancelled') await this.cluster.cut(otherThan(behind));
      const cancelled = failover === 'cancelled' ? await this.cluster.cancelWaits(CANCEL_MS) : 0;

      const acknowledgedBefore = acknowledgements.events.size;
      const killedAt = performance.now();
      await this.cluster.killPrimary();
      const [most, least] = await this.cluster.received();
      if (most === undefined || least === undefined) throw new Error('The cluster has fewer than two standbys.');
      const promoted = failover === 'wrong-standby' ? least.name : most.name;
      const atPromotion = acknowledgements.events.size;
      await this.cluster.promote(promoted, failover !== 'wrong-standby');
      const rebuilding = this.cluster.rebuild();
      await until(() => acknowledgements.events.size > atPromotion, {
        ...{ what: 'an acknowledgement after the failover', timeoutMs: ACKNOWLEDGED_WITHIN_MS },
      });
      const outageMs = performance.now() - killedAt;
      await rebuilding;
      await sleep(LOAD_AFTER_MS);
      await load.stop();
      await until(() => sender.unacknowledged === 0, {
        ...{ what: 'all events to be acknowledged', timeoutMs: ACKNOWLEDGED_WITHIN_MS },
      });
      await drain(this);

      const { verdict } = await verdictOf(this, acknowledgements.events);
      const eventIds = [...acknowledgements.events.values()].flatMap((event) => [...event.eventIds]);
      return {
        ...{ plan, promoted, acknowledgedBefore, cancelled, outageMs, verdict },
        behindBytes: most.bytes - least.bytes,
        stored: (await this.database.storedAmong(eventIds)).size,
        unknownMessages: await this.unknownMessages(earlier),
        busy: acknowledgements.busy,
        wrongAnswers: acknowledgements.wrongAnswers,
      };
    } finally {
      await load.stop();
      await sender.stop();
    }
  }

  /** Ends every lease, as if the clock of PostgreSQL had passed the end of the lease. */
  async endLeases(): Promise<void> {
    await this.database.endLeases((deliveryIds) => {
      for (const id of deliveryIds) this.leasesEnded.set(id, (this.leasesEnded.get(id) ?? 0) + 1);
    });
    await this.database.checkLeasesNow();
  }

  /** Last log lines of the processes. */
  get logs(): string {
    return this.hubs.map(({ options, log }) => `log of ${options.name}:\n${log}`).join('\n');
  }

  /** Stops the processes. Returns the names of the processes that ended with an error. */
  async stopHubs(): Promise<readonly string[]> {
    const codes = await Promise.all(this.hubs.map(async (hub) => [hub.options.name, await hub.stop()] as const));
    return codes.flatMap(([name, code]) => (code === 0 ? [] : [`${name} ended with the exit code ${code}`]));
  }

  async close(): Promise<void> {
    await this.stopHubs();
    await this.database.close();
    await this.balancer.close();
    await this.sink.close();
    await this.cluster.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private load(sender: Sender): { stop(): Promise<void> } {
    const stopping = new AbortController();
    const running = (async () => {
      while (!stopping.signal.aborted) {
        sender.make(Math.ceil((this.options.ratePerSecond * STEP_MS) / 1_000));
        await sleep(STEP_MS);
      }
    })();
    return {
      stop: async () => {
        stopping.abort();
        await running;
      },
    };
  }

  /** Counts the messages that the receiver accepted in this failover and whose events are not in the database. */
  private async unknownMessages(earlier: ReadonlySet<string>): Promise<number> {
    const received = [...this.sink.accepted].filter(([id]) => !earlier.has(id)).map(([, { eventId }]) => eventId);
    const stored = await this.database.storedAmong([...new Set(received)]);
    return received.filter((eventId) => !stored.has(eventId)).length;
  }
}

function otherThan(name: StandbyName): StandbyName {
  return name === 's1' ? 's2' : 's1';
}

/** Returns what speaks against a failover. Empty if the failover had the expected result. */
export function findingsOf(result: FailoverResult): readonly string[] {
  const { plan, verdict, unknownMessages, wrongAnswers, acknowledgedBefore, cancelled } = result;
  const idle = [
    ...(acknowledgedBefore > 0 ? [] : ['no event was acknowledged before the failover']),
    ...(plan.failover === 'cancelled' && cancelled === 0 ? ['no commit waited, so no wait was cancelled'] : []),
  ];
  if (mustLose(plan.failover)) {
    return verdict.lost.length > 0 ? idle : [...idle, 'nothing was lost, so the case proves nothing'];
  }
  const unknown = unknownMessages === 0 ? [] : [`${unknownMessages} messages belong to events that are not stored`];
  return [...idle, ...verdict.lost, ...verdict.wrong, ...unknown, ...wrongAnswers];
}
