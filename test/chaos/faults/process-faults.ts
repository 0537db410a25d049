import { until } from '@patchbay/testing/services';
import { REPLAYED_TO } from '../support/brand.js';
import { WORKERS } from '../support/hub-processes.js';
import type { TestBed } from '../support/test-bed.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

const aWorkerIsUp = ({ hubs }: TestBed): Promise<unknown> => hubs.occupied(WORKERS);

/** A worker that is silent for so long is gone, and another one serves its destinations: decision 0048. */
const TAKEN_OVER_MS = 5_000;

/** Events that are sent again. */
const REPLAYED = 300;
/** It waits while its destination is overloaded, and while the database is away. */
const BEGINS_WITHIN_MS = 60_000;

/** Resolves when a replay has begun, or has come to its end before anybody could strike, or does not begin. */
async function halfDone(testBed: TestBed, replayId: string): Promise<void> {
  const begun = async (): Promise<boolean> => {
    const replay = (await testBed.patiently(() => testBed.database.replays())).find(({ id }) => id === replayId);
    return replay !== undefined && (replay.created > 0 || replay.state !== 'running');
  };
  // The accounts of the round find one that never begins; an error here would hide what the checks found.
  await until(begun, { what: 'a replay to begin', timeoutMs: BEGINS_WITHIN_MS }).catch(() => undefined);
}

/** Processes of the hub that end, stop and go on. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of the API process',
    ready: ({ hubs }) => hubs.seated(['api']),
    strike: ({ testBed }) => testBed.hubs.kill('api'),
  },
  {
    // Or of both: then nobody sees them die.
    name: 'kill -9 of a worker',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: aWorkerIsUp,
    strike: async ({ testBed, random }) => {
      const victims = random.chance(0.3) ? WORKERS : [random.pick(await testBed.hubs.occupied(WORKERS))];
      await Promise.all(victims.map((seat) => testBed.hubs.kill(seat)));
      await sleep(random.between(0, 1_500));
      await testBed.endLeases();
    },
  },
  {
    // Of both: whoever had it in hand is gone, and somebody new finds it half done.
    name: 'kill -9 of the workers within a replay',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: aWorkerIsUp,
    strike: async ({ testBed, random }) => {
      const replayId = await testBed.replayNewest(REPLAYED, REPLAYED_TO);
      await halfDone(testBed, replayId);
      await sleep(random.between(0, 400));
      await Promise.all(WORKERS.map((seat) => testBed.hubs.kill(seat)));
      await testBed.endLeases();
    },
  },
  {
    name: 'SIGTERM of a worker',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: aWorkerIsUp,
    strike: async ({ testBed, random }) => testBed.hubs.terminate(random.pick(await testBed.hubs.occupied(WORKERS))),
  },
  {
    // Its leases are reclaimed while it sleeps, and when it wakes up it must not go on with it.
    name: 'worker stopped, overtaken, resumed',
    stopsDeliveryMs: TAKEN_OVER_MS,
    ready: aWorkerIsUp,
    strike: async ({ testBed, random }) => {
      const worker = testBed.hubs.at(random.pick(await testBed.hubs.occupied(WORKERS)));
      worker?.signal('SIGSTOP');
      await testBed.endLeases();
      await sleep(random.between(100, 5_000));
      worker?.signal('SIGCONT');
    },
  },
];
