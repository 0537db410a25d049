import { until } from '@patchbay/testing/services';
import { REPLAYED_TO } from '../support/brand.js';
import { WORKERS } from '../support/hub-processes.js';
import type { TestBed } from '../support/test-bed.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

const waitForWorker = ({ hubs }: TestBed): Promise<unknown> => hubs.waitForAnyReady(WORKERS);

/**
 * Time in milliseconds without a heartbeat of a worker, after which other workers serve the worker's destinations. See
 * decision 0048.
 */
const TAKEN_OVER_MS = 5_000;

/** Number of events in a replay. */
const REPLAYED = 300;
/**
 * Time limit in milliseconds for the start of a replay. A replay waits while its destination is overloaded or the
 * database is unavailable.
 */
const BEGINS_WITHIN_MS = 60_000;

/** Resolves when a replay has created deliveries, has ended, or did not begin within the time limit. */
async function halfDone(testBed: TestBed, replayId: string): Promise<void> {
  const begun = async (): Promise<boolean> => {
    const replay = (await testBed.patiently(() => testBed.database.replays())).find(({ id }) => id === replayId);
    return replay !== undefined && (replay.created > 0 || replay.state !== 'running');
  };
  // If a replay never begins, the comparison of records reports the replay. An error at this point would hide the
  // results of the checks.
  await until(begun, { what: 'a replay to begin', timeoutMs: BEGINS_WITHIN_MS }).catch(() => undefined);
}

/** Faults of hub processes: kills, shutdowns and pauses. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of the API process',
    ready: ({ hubs }) => hubs.waitUntilReady(['api']),
    inject: ({ testBed }) => testBed.hubs.kill('api'),
  },
  {
    // In 30 % of the rounds, kills both workers, so that no live worker notices the death of the other.
    name: 'kill -9 of a worker',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForWorker,
    inject: async ({ testBed, random }) => {
      const killed = random.chance(0.3) ? WORKERS : [random.pick(await testBed.hubs.waitForAnyReady(WORKERS))];
      await Promise.all(killed.map((name) => testBed.hubs.kill(name)));
      await sleep(random.between(0, 1_500));
      await testBed.endLeases();
    },
  },
  {
    // Kills both workers, so that a new process finds the replay half done.
    name: 'kill -9 of the workers within a replay',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForWorker,
    inject: async ({ testBed, random }) => {
      const replayId = await testBed.replayNewest(REPLAYED, REPLAYED_TO);
      await halfDone(testBed, replayId);
      await sleep(random.between(0, 400));
      await Promise.all(WORKERS.map((name) => testBed.hubs.kill(name)));
      await testBed.endLeases();
    },
  },
  {
    name: 'SIGTERM of a worker',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForWorker,
    inject: async ({ testBed, random }) =>
      testBed.hubs.terminate(random.pick(await testBed.hubs.waitForAnyReady(WORKERS))),
  },
  {
    // While a worker is stopped, other workers reclaim its leases. After the worker resumes, it must not continue the
    // reclaimed deliveries.
    name: 'worker stopped, overtaken, resumed',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForWorker,
    inject: async ({ testBed, random }) => {
      const worker = testBed.hubs.at(random.pick(await testBed.hubs.waitForAnyReady(WORKERS)));
      worker?.signal('SIGSTOP');
      await testBed.endLeases();
      await sleep(random.between(100, 5_000));
      worker?.signal('SIGCONT');
    },
  },
];
