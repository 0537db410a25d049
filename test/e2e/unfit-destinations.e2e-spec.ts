import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

/**
 * The test changes the stored values of a destination. A new version of the plugin with other rules would have the same
 * effect.
 */
describe('a destination whose stored values are invalid for its plugin', () => {
  let receiver: Receiver;
  let env: Readonly<Record<string, string>>;
  let first: TestHub;
  let second: TestHub | undefined;
  beforeAll(async () => {
    receiver = await startReceiver();
    env = acmeEnv(receiver.url);
  });
  afterEach(async () => {
    await second?.close();
    second = undefined;
    await first.close();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => receiver.close());

  async function query(
    text: string,
    values: unknown[] = [],
  ): Promise<{ readonly type: string; readonly settings: unknown }[]> {
    const client = new pg.Client({ connectionString: first.databaseUrl });
    await client.connect();
    try {
      return (await client.query<{ type: string; settings: unknown }>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  it.each([
    ['settings', `settings = '{"target":"https://crm.acme.example"}'`, 'settings.url: is required'],
    ['type', `type = 'removed-plugin'`, 'No plugin provides the destination type removed-plugin.'],
  ])(
    'is paused with the reason and keeps its deliveries: %s',
    async (_what, change, reason) => {
      const received = receiver.received.length;
      first = await startTestHub({ brands: { acme: acmeBrand() }, env });
      await first.stop();
      const [stored] = await query('SELECT type, settings FROM destinations');
      await query(`UPDATE destinations SET ${change}`);
      const start = () => startTestHub({ databaseUrl: first.databaseUrl, configDirectory: first.configDirectory, env });
      const hub = (second = await start());
      const destination = async () => (await hub.admin('GET', '/v1/brands/acme/destinations/crm')).body;
      await until(async () => at(await destination(), 'paused') === true, { what: 'the pause' });
      expect(await destination()).toMatchObject({ pausedBy: 'hub', pausedReason: expect.stringContaining(reason) });

      const { events } = await hub.ingest('acme/capillary', pointsIssued(`event-${reason.length}`), ACME_AUTH);
      expect(events).toHaveLength(1);
      const waiting = await hub.admin('GET', '/v1/brands/acme/deliveries?status=held');
      expect(at(waiting.body, 'data')).toMatchObject([{ attemptCount: 0 }]);
      const path = '/v1/brands/acme/destinations/crm';
      expect((await hub.admin('POST', `${path}/verify`)).body).toMatchObject({
        ok: false,
        message: expect.stringContaining(reason),
      });
      const resumed = await hub.admin('POST', `${path}/resume`);
      expect([resumed.status, at(resumed.body, 'detail')]).toEqual([409, expect.stringContaining(reason)]);
      expect(receiver.received).toHaveLength(received);
      await hub.stop();

      await query('UPDATE destinations SET type = $1, settings = $2', [stored?.type, JSON.stringify(stored?.settings)]);
      second = await start();
      expect((await second.admin('POST', `${path}/resume`)).status).toBe(200);
      await receiver.atLeast(received + 1);
    },
    SERVICE_TIMEOUT_MS,
  );
});
