/**
 * Worker of the baseline *limit*. Claims in groups, compiles templates, uses a connection pool and writes outcomes in
 * batches.
 */
import { randomUUID } from 'node:crypto';
import { Worker } from 'bullmq';
import { CONCURRENCY } from '../../workload/brand-files.mjs';
import { serve, settings } from '../support.mjs';
import { Batcher } from './batcher.mjs';
import { CLAIM, openPool } from './database.mjs';
import { DestinationQueue } from './destination-queue.mjs';
import { outcomesOf } from './outcomes.mjs';
import { send } from './send.mjs';
import { WAKE_UPS, WakeUps } from './wake-ups.mjs';

const SLICE_MS = 250;
const BATCH = 100;

const pool = openPool();
const wakeUps = new WakeUps();
const outcomes = outcomesOf(pool);
const queues = new Map();

function queueOf(destination) {
  let queue = queues.get(destination);
  if (queue === undefined)
    queues.set(destination, (queue = new DestinationQueue(destination, { concurrency: CONCURRENCY, batch: BATCH })));
  return queue;
}

const claims = new Batcher(
  async (requests) => {
    const values = [randomUUID(), requests.map(({ destination }) => destination), requests.map(({ limit }) => limit)];
    const { rows } = await pool.query({ name: 'claim', text: CLAIM, values });
    const claimed = new Map(requests.map(({ destination }) => [destination, []]));
    for (const row of rows) claimed.get(row.destination).push(row);
    return requests.map(({ destination }) => claimed.get(destination));
  },
  { lingerMs: 1, maxBatch: 64, maxInFlight: 4 },
);

async function attempt(queue, delivery) {
  const begun = performance.now();
  const status = await send(delivery.destination, delivery.payload);
  const durationMs = performance.now() - begun;
  if (queue.release(1)) wakeUps.wake(queue.destination);
  const { id, lease_token: token, attempts: number } = delivery;
  await outcomes.add({ id, token, number, status, durationMs });
}

/**
 * Runs one slice (one bounded round of claims) of a destination. If the destination is at its concurrency limit, waits
 * for a free slot until the slice's time is over.
 */
async function slice({ data: { destination } }) {
  const queue = queueOf(destination);
  const end = performance.now() + SLICE_MS;
  for (;;) {
    const limit = queue.freeSlots();
    const left = end - performance.now();
    if (limit === 0) {
      if (left <= 0) return queue.wakeWhenFree();
      await queue.waitForSlot(left);
      continue;
    }
    queue.reserve(limit);
    const claimed = await claims.add({ destination, limit });
    if (claimed.length < limit && queue.release(limit - claimed.length)) wakeUps.wake(destination);
    for (const delivery of claimed) attempt(queue, delivery).catch((error) => console.error(error));
    if (claimed.length < limit) return;
    if (left <= 0) return wakeUps.wake(destination);
  }
}

const worker = new Worker(WAKE_UPS, slice, {
  connection: { url: settings.redisUrl, maxRetriesPerRequest: null },
  concurrency: 50,
  streams: { events: { maxLen: 100 } },
});
worker.on('error', (error) => console.error(error));
worker.on('failed', (_job, error) => console.error(error));
await worker.waitUntilReady();
serve();
