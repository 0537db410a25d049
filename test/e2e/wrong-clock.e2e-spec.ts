import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recordServer, SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, startTestHub, type TestHub } from './support/test-hub.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROCESS = [
  ...['--no-warnings', '--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'],
  ...['--import', './test/fixtures/shifted-clock.mjs', 'apps/hub/src/main.ts'],
];
const MINUTES = 60_000;
const DAYS = 86_400_000;
/** Time limit in milliseconds for the start of a process from its sources on a busy machine. */
const STARTS_WITHIN_MS = 60_000;
const TEST_TIMEOUT_MS = 2 * SERVICE_TIMEOUT_MS;

interface Line {
  readonly msg: string;
  readonly url?: string;
  readonly offsetMs?: number;
}

/** Hub process whose host clock is wrong. */
interface ShiftedHub {
  readonly url: string;
  readonly lines: readonly Line[];
}

describe('a process whose clock is wrong', () => {
  let receiver: Receiver;
  let right: TestHub;
  let database: pg.Client;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await database.end();
    await right.close();
    await receiver.close();
  }, SERVICE_TIMEOUT_MS);

  /** Starts a hub process with this role and a correct clock. */
  async function startRight(role: string): Promise<void> {
    right = await startTestHub({
      brands: { acme: acmeBrand({ retry: '{ schedule: [0s, 10m] }' }) },
      env: acmeEnv(receiver.url),
      environment: { PATCHBAY_ROLE: role },
    });
    database = new pg.Client({ connectionString: right.databaseUrl });
    await database.connect();
  }

  async function startShifted(shiftMs: number, role: string): Promise<ShiftedHub> {
    const child = spawn(process.execPath, PROCESS, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...acmeEnv(receiver.url),
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: right.databaseUrl,
        PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        PATCHBAY_ADMIN_KEY: ADMIN_KEY,
        PATCHBAY_CONFIG: right.configDirectory,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
        PATCHBAY_ROLE: role,
        PATCHBAY_TEST_CLOCK_SHIFT_MS: String(shiftMs),
      },
    });
    children.push(child);
    if (child.pid !== undefined) await recordServer(`hub-${child.pid}`, child.pid);
    const lines: Line[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) lines.push(JSON.parse(part) as Line);
    });
    const ready = await until(() => lines.find(({ msg }) => msg === 'hub ready'), {
      what: 'the process to be ready',
      timeoutMs: STARTS_WITHIN_MS,
    });
    return { url: ready.url ?? '', lines };
  }

  const rowsOf = async (text: string): Promise<unknown[]> => (await database.query<Record<string, unknown>>(text)).rows;

  it(
    'deletes nothing if 400 days ahead, and reports the offset of its clock',
    async () => {
      await startRight('all');
      receiver.answer(503);
      await right.ingest('acme/capillary', pointsIssued('c-1'), ACME_AUTH);
      await receiver.atLeast(1);
      const stored = `SELECT (SELECT count(*)::int FROM events) AS events,
        (SELECT count(*)::int FROM ingest_keys) AS keys, (SELECT count(*)::int FROM deliveries_waiting) AS waiting`;
      const before = await rowsOf(stored);
      expect(before).toEqual([{ events: 1, keys: 1, waiting: 1 }]);

      const { lines } = await startShifted(400 * DAYS, 'worker');
      await until(
        async () =>
          lines.some(({ msg }) => msg === 'nothing was deleted by age') ||
          JSON.stringify(await rowsOf(stored)) !== JSON.stringify(before),
        { what: 'the process to keep the partitions', timeoutMs: STARTS_WITHIN_MS },
      );
      expect(await rowsOf(stored)).toEqual(before);
      const offset = lines.find(({ offsetMs }) => offsetMs !== undefined)?.offsetMs ?? 0;
      expect(Math.round(offset / DAYS)).toBe(400);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'delivers if ten minutes behind',
    async () => {
      await startRight('api');
      await startShifted(-10 * MINUTES, 'worker');
      await right.ingest('acme/capillary', pointsIssued('c-2'), ACME_AUTH);
      expect(await receiver.atLeast(1)).toHaveLength(1);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'stores events that are due now if ten minutes ahead',
    async () => {
      await startRight('worker');
      const api = await startShifted(10 * MINUTES, 'api');
      const answer = await fetch(`${api.url}/v1/ingest/acme/capillary`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...ACME_AUTH },
        body: JSON.stringify(pointsIssued('c-3')),
      });
      expect(answer.status).toBe(202);
      expect(await rowsOf(`SELECT received_at < clock_timestamp() + interval '1 min' AS now FROM events`)).toEqual([
        { now: true },
      ]);
      expect(await receiver.atLeast(1)).toHaveLength(1);
    },
    TEST_TIMEOUT_MS,
  );
});
