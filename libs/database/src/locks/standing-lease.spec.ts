import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { StandingLease } from './standing-lease.js';

const LONG_MS = 60_000;
let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
}, SERVICE_TIMEOUT_MS);
afterEach(async () => {
  await database.dataSource.query('TRUNCATE leases');
});
afterAll(() => database.close());

/** Returns leases of several processes for one role, after each has tried to get it. */
async function contend(leaseMs: number): Promise<readonly [StandingLease, StandingLease]> {
  const leases = [0, 1].map(() => new StandingLease(database.dataSource, 'role', leaseMs));
  const [one, other] = leases;
  if (one === undefined || other === undefined) throw new Error('expected two leases');
  await one.hold();
  await other.hold();
  return [one, other];
}

it('belongs to one process, which keeps it by renewing it', async () => {
  const [one, other] = await contend(LONG_MS);
  await one.hold();
  await other.hold();
  expect([one.isHeld, other.isHeld]).toEqual([true, false]);
});

it('belongs to the next process after its holder released it', async () => {
  const [one, other] = await contend(LONG_MS);
  await one.release();
  expect(one.isHeld).toBe(false);
  await other.hold();
  await one.hold();
  expect([one.isHeld, other.isHeld]).toEqual([false, true]);
});

it('is not released by a process that does not have it', async () => {
  const [, other] = await contend(LONG_MS);
  await other.release();
  await other.hold();
  expect(other.isHeld).toBe(false);
});

it('belongs to the next process after its holder stopped renewing it, and never to both', async () => {
  const [one, other] = await contend(200);
  await until(
    async () => {
      await other.hold();
      return other.isHeld;
    },
    { what: 'the lease of the silent holder to expire' },
  );
  expect(one.isHeld).toBe(false);
});
