import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const RATE = { ratePerSecond: 20, burst: 2, concurrency: 3 };
const HAND_OVERS = 6;
/** Requests that arrive while two workers run. If both sent, they would exceed the rate within this time. */
const OVERLAP = 3 * RATE.ratePerSecond;
const WINDOWS_SECONDS = [1, 10];

let receiver: Receiver;
let api: TestHub;

beforeAll(async () => {
  receiver = await startReceiver();
  api = await start('api');
}, SERVICE_TIMEOUT_MS);

afterAll(async () => {
  await api.close();
  await receiver.close();
}, SERVICE_TIMEOUT_MS);

function start(role: string): Promise<TestHub> {
  return startTestHub({
    brands: {
      acme: acmeBrand({
        limits: `{ ratePerSecond: ${RATE.ratePerSecond}, burst: ${RATE.burst}, concurrency: ${RATE.concurrency} }`,
      }),
    },
    env: acmeEnv(receiver.url),
    environment: { PATCHBAY_ROLE: role },
    ...(role === 'api' ? {} : { databaseUrl: api.databaseUrl }),
  });
}

it('the rate of a destination holds while it moves between workers', async () => {
  let posted = 0;
  /** Creates more waiting deliveries than one worker may send before the other worker takes over the destination. */
  const fill = async (): Promise<void> => {
    const waiting = posted - receiver.received.length;
    if (waiting > 500) return;
    const events = Array.from({ length: 1_000 }, (_, index) => pointsIssued(`rate-${posted + index}`));
    expect((await api.ingest('acme/capillary', events, ACME_AUTH)).status).toBe(202);
    posted += events.length;
  };
  await fill();
  let worker = await start('worker');
  await receiver.atLeast(1);
  for (let handOver = 0; handOver < HAND_OVERS; handOver += 1) {
    await fill();
    const overlaps = handOver % 2 === 0;
    const next = overlaps ? await start('worker') : undefined;
    if (next !== undefined) await receiver.atLeast(receiver.received.length + OVERLAP);
    await worker.close();
    const before = receiver.received.length;
    worker = next ?? (await start('worker'));
    await receiver.atLeast(before + 5);
  }
  await worker.close();

  const at = receiver.received.map((request) => request.at).sort((a, b) => a - b);
  expect(at.length).toBeGreaterThan(5 * HAND_OVERS);
  for (const seconds of WINDOWS_SECONDS) {
    const most = Math.max(...at.map((from) => at.filter((to) => to >= from && to < from + 1_000 * seconds).length));
    expect(most).toBeLessThanOrEqual(seconds * RATE.ratePerSecond + RATE.burst + RATE.concurrency);
  }
}, 600_000);
