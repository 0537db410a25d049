import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownPostgres, SERVICE_TIMEOUT_MS, until, type OwnPostgres } from '@patchbay/testing/services';
import { postSignIn, signIn } from './support/console-session.js';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, at, call, startTestHub, type TestHub } from './support/test-hub.js';

describe('while the database is unavailable', () => {
  let postgres: OwnPostgres;
  let receiver: Receiver;
  let hub: TestHub;
  let session: Record<string, string>;
  beforeAll(async () => {
    postgres = await ownPostgres();
    receiver = await startReceiver();
    hub = await startTestHub({
      brands: { acme: acmeBrand() },
      env: acmeEnv(receiver.url),
      databaseUrl: postgres.url,
    });
    session = await signIn(hub);
    await postgres.kill();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await postgres.restart();
    await hub.close();
    await receiver.close();
    await postgres.kill();
  }, SERVICE_TIMEOUT_MS);

  it.each([
    ['GET', '/v1/brands', undefined],
    ['GET', '/v1/brands/acme/deliveries', undefined],
    ['POST', '/v1/keys', { name: 'ci', role: 'viewer' }],
  ])('%s %s responds 503 with Retry-After', async (method, path, body) => {
    const { status, headers, text } = await hub.admin(method, path, body);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(at(JSON.parse(text), 'detail')).toMatch(/database did not respond/);
    expect(text).not.toMatch(/ECONN|127\.0\.0\.1|terminated/);
  });

  it.each([
    ['GET', '/v1/me'],
    ['GET', '/v1/brands'],
    ['DELETE', '/v1/session'],
  ])('%s %s of a session of the console responds 503, and keeps the session', async (method, path) => {
    const { status, headers, body } = await call(`${hub.url}${path}`, method, undefined, session);
    expect([status, at(body, 'detail')]).toEqual([503, expect.stringMatching(/database did not respond/)]);
    expect([headers.get('retry-after'), headers.get('set-cookie')]).toEqual(['5', null]);
  });

  it('a sign-in responds 503', async () => {
    const { status, body } = await postSignIn(hub, { key: ADMIN_KEY });
    expect([status, at(body, 'detail')]).toEqual([503, expect.stringMatching(/database did not respond/)]);
  });

  it('/metrics shows that the database is away, without the metrics of the whole hub', async () => {
    const { status, text } = await hub.admin('GET', '/metrics');
    expect(status).toBe(200);
    expect(text).toContain('\npatchbay_database_up 0\n');
    expect(text).toContain('\npatchbay_queue_up ');
    expect(text).not.toMatch(/^patchbay_(deliveries_due|workers|configuration_lag_seconds)\b/m);
  });

  it('/health/ready responds 503 with Retry-After', async () => {
    const { status, headers } = await hub.admin('GET', '/health/ready');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('content-type')).toContain('application/problem+json');
  });

  it('a source gets 429 with Retry-After', async () => {
    const { status, headers } = await hub.ingest('acme/capillary', pointsIssued('away-1'), ACME_AUTH);
    expect(status).toBe(429);
    expect(headers.get('retry-after')).not.toBeNull();
  });

  it('works again once the database is available', async () => {
    await postgres.restart();
    await until(async () => (await hub.admin('GET', '/v1/brands')).status === 200, { what: 'the API to answer again' });
    expect((await call(`${hub.url}/v1/me`, 'GET', undefined, session)).status).toBe(200);
    await until(async () => (await hub.ingest('acme/capillary', pointsIssued('back-1'), ACME_AUTH)).status === 202, {
      what: 'the hub to accept events again',
    });
    await until(() => receiver.received.length === 1, { what: 'the event to be delivered', timeoutMs: 20_000 });
  }, 60_000);
});
