import { until } from '@patchbay/testing/services';
import { HUB_NAMES } from './hub-processes.js';
import type { Sender } from './sender.js';
import { sleep } from './sleep.js';
import type { TestBed } from './test-bed.js';

const SETTLE_POLL_MS = 100;
const SETTLES_WITHIN_MS = 180_000;
/**
 * Time in milliseconds without progress, after which the suite treats the remaining leases as abandoned. Their worker
 * died or lost the result of its claim.
 */
const STUCK_AFTER_MS = 2_000;

/** Waits until all hub processes run, all events are acknowledged, and all deliveries and replays have ended. */
export async function settle(testBed: TestBed, sender: Sender): Promise<void> {
  await testBed.hubs.waitUntilReady(HUB_NAMES);
  await sender.finished();
  await drain(testBed);
}

/** Waits until all deliveries and replays have ended. Returns after three minutes even if they have not. */
export async function drain(bed: Pick<TestBed, 'database' | 'endLeases'>): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let progressAt = performance.now();
  const drained = async (): Promise<boolean> => {
    const { waiting, leased } = await bed.database.backlog();
    const replays = (await bed.database.replays()).filter(({ state }) => state === 'running').length;
    if (waiting + replays < least) [least, progressAt] = [waiting + replays, performance.now()];
    if (waiting > leased) await bed.database.passTime();
    else if (leased + replays > 0 && performance.now() - progressAt > STUCK_AFTER_MS) {
      await bed.database.passTime({ blocked: true });
      await bed.endLeases();
      progressAt = performance.now();
    }
    if (waiting + replays > 0) await sleep(SETTLE_POLL_MS);
    return waiting + replays === 0;
  };
  // The comparison of records reports each delivery that has not ended.
  await until(drained, { what: 'the backlog to be delivered', timeoutMs: SETTLES_WITHIN_MS }).catch(() => undefined);
}
