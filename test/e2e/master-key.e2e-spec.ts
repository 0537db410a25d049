import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadEnvironment } from '@patchbay/config';
import { migrate } from '@patchbay/database';
import { createLogger, startHub, type Hub } from '@patchbay/hub';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');

let database: TestDatabase;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  database = await createTestDatabase({
    migrate: async (url) => {
      await migrate(url);
    },
  });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await database.drop();
  await receiver.close();
});

function hubWith(masterKey: string, previous?: string): Promise<TestHub> {
  return startTestHub({
    databaseUrl: database.url,
    brands: { acme: acmeBrand() },
    env: acmeEnv(receiver.url),
    environment: {
      PATCHBAY_MASTER_KEY: masterKey,
      PATCHBAY_PUBLIC_URL: 'https://hub.example.com',
      ...(previous === undefined ? {} : { PATCHBAY_MASTER_KEY_PREVIOUS: previous }),
    },
  });
}

let sent = 0;
/**
 * Sends an event and waits for its delivery, which requires the decrypted secrets of the source and the destination.
 */
async function delivers(hub: TestHub): Promise<void> {
  const { status } = await hub.ingest('acme/capillary', pointsIssued(`event-${(sent += 1)}`), ACME_AUTH);
  expect(status).toBe(202);
  await receiver.atLeast(sent);
}

describe('a new master key', () => {
  it('replaces the old key while the hub runs, without losing or refusing events', async () => {
    const old = await hubWith(OLD);
    await delivers(old);
    // If only the current key is configured, the rotation fails with a hint.
    const early = await old.admin('POST', '/v1/keys/rotate-master');
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('PATCHBAY_MASTER_KEY_PREVIOUS')]);

    const rolling = await hubWith(NEW, OLD);
    for (const hub of [old, rolling]) await delivers(hub);
    const personal = await rolling.ingest('acme/capillary', pointsIssued('before'), ACME_AUTH);
    sent += 1;
    await old.close();

    const rotated = await rolling.admin('POST', '/v1/keys/rotate-master');
    expect(rotated.body).toEqual({ masterKeyId: expect.stringMatching(/^[0-9a-f]{16}$/), dataKeys: 2 });
    await delivers(rolling);
    const again = await rolling.admin('POST', '/v1/keys/rotate-master');
    expect(again.body).toEqual({ masterKeyId: at(rotated.body, 'masterKeyId'), dataKeys: 0 });
    const audit = await rolling.admin('GET', '/v1/audit?action=masterKey.rotate');
    expect(at(audit.body, 'data.1')).toMatchObject({ actor: { name: 'PATCHBAY_ADMIN_KEY' }, after: { dataKeys: 2 } });
    await rolling.close();

    const after = await hubWith(NEW);
    await delivers(after);
    const event = await after.admin('GET', `/v1/brands/acme/events/${personal.events[0]?.id ?? ''}?reveal=true`);
    expect(at(event.body, 'data.customerIdentifiers.instore.mobile')).toBe('919000000001');
    await after.close();
  });

  it('that is wrong stops the start of the hub with a hint, before anything is read or written', async () => {
    await expect(hubWith(OLD)).rejects.toThrow(/Set PATCHBAY_MASTER_KEY to the master key that this database/);
    await expect(hubWith(OLD)).rejects.toThrow(/PATCHBAY_MASTER_KEY_PREVIOUS/);
    await expect(hubWith(OLD)).rejects.not.toThrow(new RegExp(OLD.slice(0, 20)));
  });

  it(
    'is created by the hub in embedded mode and replaces the old key',
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'patchbay-master-key-'));
      const start = (): Promise<Hub> =>
        startHub({
          environment: loadEnvironment({ PORT: '0', PATCHBAY_CONFIG: home }),
          dataDirectory: join(home, '.patchbay'),
          logger: createLogger('fatal'),
          env: {},
        });
      const masterKey = (): string => readFileSync(join(home, '.patchbay', 'master.key'), 'utf8');
      try {
        const first = await start();
        const before = masterKey();
        const rotate = (): Promise<Response> =>
          fetch(`${first.url}/v1/keys/rotate-master`, {
            method: 'POST',
            headers: { authorization: `Bearer ${first.adminKey ?? ''}` },
          });
        const answer = await rotate();
        expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ dataKeys: 1 })]);
        const parallel = await Promise.all(Array.from({ length: 20 }, rotate));
        expect(parallel.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
        await first.close();
        expect(masterKey()).not.toBe(before);
        expect(readdirSync(join(home, '.patchbay')).filter((name) => name.includes('master'))).toEqual(['master.key']);
        await (await start()).close();
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
    SERVICE_TIMEOUT_MS,
  );
});
