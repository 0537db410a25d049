import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownPostgres, ownStandby, SERVICE_TIMEOUT_MS, until, type OwnPostgres } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const EVENTS = '/v1/brands/acme/events';

describe('a hub with a read replica', () => {
  let primary: OwnPostgres;
  let standby: OwnPostgres;
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    primary = await ownPostgres();
    standby = await ownStandby(primary);
    receiver = await startReceiver();
    hub = await startTestHub({
      brands: { acme: acmeBrand() },
      env: acmeEnv(receiver.url),
      databaseUrl: primary.url,
      environment: { DATABASE_REPLICA_URL: standby.url, DATABASE_REPLICA_MAX_LAG: '5m' },
    });
    await until(async () => (await replica()) === 'in_use', { what: 'the replica to be in use', timeoutMs: 60_000 });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
    await standby.kill();
    await primary.kill();
  }, SERVICE_TIMEOUT_MS);

  const replica = async () => at((await hub.admin('GET', '/health/ready')).body, 'replica.state');
  const lists = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await hub.admin('GET', path, undefined, headers);
    const rows = at(answer.body, 'data');
    return { count: Array.isArray(rows) ? rows.length : -1, lag: answer.headers.get('patchbay-lag') };
  };
  const onStandby = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: standby.url });
    await client.connect();
    await client.query(text);
    await client.end();
  };

  it(
    'shows old lists with their lag, and new ones about a customer or after the position of a change',
    async () => {
      await onStandby('SELECT pg_wal_replay_pause()');
      expect((await hub.ingest('acme/capillary', pointsIssued('behind-1'), ACME_AUTH)).status).toBe(202);
      await until(async () => Number((await lists(EVENTS)).lag) > 1, { what: 'a lag of a second', timeoutMs: 30_000 });
      expect((await lists(EVENTS)).count).toBe(0);
      const change = await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause', { reason: 'test' });
      const position = change.headers.get('patchbay-position') ?? '';
      expect(position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
      expect(await lists(EVENTS, { 'patchbay-position': position })).toEqual({ count: 1, lag: '0' });
      expect(await lists(EVENTS, { 'patchbay-position': 'wrong' })).toMatchObject({ count: 0 });
      expect(await lists(`${EVENTS}?sourceEventId=behind-1`)).toEqual({ count: 1, lag: null });
      const { text } = await hub.admin('GET', '/metrics');
      expect(text).toMatch(/^patchbay_database_replica_in_use 1$/m);
      expect(text).toMatch(/^patchbay_database_replica_lag_seconds [1-9]/m);
      expect(text).toMatch(/^patchbay_database_replica_reads_total\{server="replica"\} [1-9]/m);
      expect(text).toMatch(/^patchbay_database_replica_reads_total\{server="primary"\} 1$/m);
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'reads every list from the replica after it has caught up',
    async () => {
      await onStandby('SELECT pg_wal_replay_resume()');
      await until(async () => (await lists(EVENTS)).count === 1, { what: 'the event on the replica' });
      for (const path of ['deliveries', 'failures', 'seen-event-types', 'stats/series?step=1h', 'stats/subscriptions'])
        expect([path, (await lists(`/v1/brands/acme/${path}`)).lag]).toEqual([path, expect.stringMatching(/^[\d.]+$/)]);
      const { text } = await hub.admin('GET', '/metrics');
      expect(text).not.toContain('server="repeated"');
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'works without the replica, and names the fix',
    async () => {
      await standby.kill();
      expect(await lists(EVENTS)).toEqual({ count: 1, lag: '0' });
      await until(async () => (await replica()) === 'unavailable', { what: 'the missing replica', timeoutMs: 30_000 });
      expect(await lists(EVENTS)).toEqual({ count: 1, lag: '0' });
      const { body } = await hub.admin('GET', '/v1/diagnosis');
      expect(JSON.stringify(body)).toMatch(
        /Lists are read from the primary\. .* Check the address in DATABASE_REPLICA_URL/,
      );
    },
    SERVICE_TIMEOUT_MS,
  );
});
