import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const EVENTS = 600;
const MOST_CONNECTIONS = 20;

let receiver: Receiver;
let hub: TestHub;
let watcher: pg.Client;

beforeAll(async () => {
  receiver = await startReceiver();
  hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  watcher = new pg.Client({ connectionString: hub.databaseUrl });
  await watcher.connect();
}, SERVICE_TIMEOUT_MS);

afterAll(async () => {
  await watcher.end();
  await hub.close();
  await receiver.close();
});

it(`a process holds at most ${MOST_CONNECTIONS} connections under load, with its queue on PostgreSQL`, async () => {
  let most = 0;
  const done = new AbortController();
  const watching = (async () => {
    while (!done.signal.aborted) {
      const { rows } = await watcher.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      most = Math.max(most, rows[0]?.count ?? 0);
    }
  })();
  const answers = await Promise.all(
    Array.from({ length: EVENTS }, (_, index) => hub.ingest('acme/capillary', pointsIssued(`c-${index}`), ACME_AUTH)),
  );
  await Promise.all(Array.from({ length: 40 }, () => hub.admin('GET', '/v1/stats')));
  await until(() => receiver.received.length === EVENTS, { what: 'all deliveries', timeoutMs: 30_000 });
  done.abort();
  await watching;
  expect(answers.every(({ status }) => status === 202)).toBe(true);
  expect(most).toBeGreaterThan(4);
  expect(most).toBeLessThanOrEqual(MOST_CONNECTIONS);
}, 60_000);
