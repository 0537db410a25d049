import { until } from '@patchbay/testing/services';
import { REPLAYED_TO } from '../support/brand.js';
import { HUB_NAMES } from '../support/hub-processes.js';
import type { TestBed } from '../support/test-bed.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

const waitForProcess = ({ hubs }: TestBed): Promise<unknown> => hubs.waitForAnyReady(HUB_NAMES);

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
    // The process dies between the commits of new events and the outcomes of the deliveries that it sends from memory.
    name: 'kill -9 of the process that takes events',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: ({ hubs }) => hubs.waitUntilReady(['all']),
    inject: async ({ testBed, random }) => {
      await testBed.hubs.kill('all');
      await sleep(random.between(0, 1_500));
      await testBed.endLeases();
    },
  },
  {
    // In 30 % of the rounds, kills all processes, so that no live process notices the death of another.
    name: 'kill -9 of a process',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForProcess,
    inject: async ({ testBed, random }) => {
      const killed = random.chance(0.3) ? HUB_NAMES : [random.pick(await testBed.hubs.waitForAnyReady(HUB_NAMES))];
      await Promise.all(killed.map((name) => testBed.hubs.kill(name)));
      await sleep(random.between(0, 1_500));
      await testBed.endLeases();
    },
  },
  {
    // Kills all processes, so that a new process finds the replay half done.
    name: 'kill -9 of all processes within a replay',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForProcess,
    inject: async ({ testBed, random }) => {
      const replayId = await testBed.replayNewest(REPLAYED, REPLAYED_TO);
      await halfDone(testBed, replayId);
      await sleep(random.between(0, 400));
      await Promise.all(HUB_NAMES.map((name) => testBed.hubs.kill(name)));
      await testBed.endLeases();
    },
  },
  {
    name: 'SIGTERM of a process',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForProcess,
    inject: async ({ testBed, random }) =>
      testBed.hubs.terminate(random.pick(await testBed.hubs.waitForAnyReady(HUB_NAMES))),
  },
  {
    // While a process is stopped, other processes reclaim its leases. After the process resumes, it must not continue the
    // reclaimed deliveries.
    name: 'process stopped, overtaken, resumed',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: waitForProcess,
    inject: async ({ testBed, random }) => {
      const stopped = testBed.hubs.at(random.pick(await testBed.hubs.waitForAnyReady(HUB_NAMES)));
      stopped?.signal('SIGSTOP');
      await testBed.endLeases();
      await sleep(random.between(100, 5_000));
      stopped?.signal('SIGCONT');
    },
  },
];
