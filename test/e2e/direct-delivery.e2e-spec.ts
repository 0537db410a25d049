import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startHubProcess, type HubProcess } from './support/hub-process.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, call, startTestHub, type TestHub } from './support/test-hub.js';

const EVENTS = resolve('test/fixtures/events');

/**
 * Returns a brand that sends all events to two destinations, with the mapping of the plugin. The rate limit of `claimed`
 * has the effect that its deliveries are claimed.
 */
const twoPaths = (privacy: string): string => `
brand: acme
privacy: ${privacy}
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  direct:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}/direct" }
  claimed:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}/claimed" }
    limits: { ratePerSecond: 1000, burst: 1000 }
subscriptions:
  from-memory: { source: capillary, events: ["*"], destination: direct }
  from-database: { source: capillary, events: ["*"], destination: claimed }
`;

/** Event that asks for the deletion of a customer. */
const DELETION = 'requestUpdated.json';

/** Attempt of a delivery, as the API returns it. */
const attemptOf = (body: unknown): unknown => at(body, 'attempts.0');

describe('a delivery from memory', () => {
  let receiver: Receiver;
  let hub: TestHub;
  const processes: HubProcess[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const running of processes.splice(0)) await running.kill();
    await hub.close();
    await receiver.close();
  }, SERVICE_TIMEOUT_MS);

  const deliveries = async (query = ''): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?limit=200${query}`);
    return at(body, 'data') as readonly unknown[];
  };
  const succeeded = (count: number): Promise<unknown> =>
    until(async () => (await deliveries('&status=succeeded')).length === count, {
      what: `${count} deliveries to succeed`,
      timeoutMs: 30_000,
    });
  /**
   * Posts events until one was sent from memory, because a process begins to deliver a moment after it is ready. Returns
   * the number of events.
   */
  const untilDirect = async (post: (event: object) => Promise<unknown>): Promise<number> => {
    let count = 0;
    const isDirect = async (): Promise<boolean> => {
      count += 1;
      await post(pointsIssued(`first-${count}`));
      return (await deliveries()).some((delivery) => at(delivery, 'direct') === true);
    };
    await until(isDirect, { what: 'a delivery from memory', timeoutMs: 30_000 });
    return count;
  };
  const ingest = (event: unknown): ReturnType<TestHub['ingest']> => hub.ingest('acme/capillary', event, ACME_AUTH);
  const detailOf = async (delivery: unknown): Promise<unknown> =>
    (await hub.admin('GET', `/v1/brands/acme/deliveries/${String(at(delivery, 'id'))}`)).body;

  it.each(['standard', 'pii-less'])(
    'sends the message that a claimed delivery sends, for every event type (%s)',
    async (privacy) => {
      hub = await startTestHub({ brands: { acme: twoPaths(privacy) }, env: acmeEnv(receiver.url) });
      const others = await untilDirect(ingest);
      // Events that are older than an erasure are claimed, so the deletion comes last.
      const files = [...readdirSync(EVENTS).filter((file) => file !== DELETION), DELETION];
      const ids = new Set<unknown>();
      for (const file of files) {
        const { status, body } = await ingest(readFileSync(join(EVENTS, file), 'utf8'));
        expect([file, status]).toEqual([file, 202]);
        ids.add(at(body, 'events.0.id'));
      }
      await succeeded(2 * (others + files.length));
      const bodies = (path: string): readonly unknown[] =>
        receiver.received
          .filter((request) => request.path.endsWith(path))
          .map(({ body }): unknown => JSON.parse(body))
          .filter((body) => ids.has(at(body, 'id')))
          .sort((a, b) => String(at(a, 'id')).localeCompare(String(at(b, 'id'))));
      expect(bodies('/direct')).toHaveLength(files.length);
      expect(bodies('/direct')).toEqual(bodies('/claimed'));

      for (const delivery of await deliveries()) {
        if (!ids.has(at(delivery, 'eventId'))) continue;
        const isDirect = at(delivery, 'destination') === 'direct';
        expect(attemptOf(await detailOf(delivery))).toMatchObject({ number: 1, outcome: 'accepted', direct: isDirect });
      }
    },
    2 * SERVICE_TIMEOUT_MS,
  );

  it('is held by a pause that comes while events arrive, and is sent once after it', async () => {
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
    const others = await untilDirect(ingest);
    let posted = others;
    let isPosting = true;
    const post = async (): Promise<void> => {
      while (isPosting) {
        posted += 1;
        const { status } = await ingest(pointsIssued(`p-${posted}`));
        expect(status).toBe(202);
      }
    };
    const posting = [post(), post(), post()];
    await receiver.atLeast(others + 20);
    const paused = await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause', { reason: 'a race' });
    expect(paused.status).toBeLessThan(300);
    await until(async () => (await deliveries('&status=held')).length >= 20, { what: 'deliveries to be held' });
    isPosting = false;
    await Promise.all(posting);
    await until(async () => (await deliveries()).every((delivery) => at(delivery, 'inFlight') === false), {
      what: 'no delivery to be in flight',
    });
    const before = receiver.received.length;
    expect((await deliveries('&status=held')).length + before).toBe(posted);
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume', {});
    await receiver.atLeast(posted);
    await until(async () => (await deliveries('&status=held')).length === 0, { what: 'no delivery to be held' });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([posted, posted]);
  }, 60_000);

  it(
    'is not lost if its process is killed right after the answer, and is sent again under the same key',
    async () => {
      hub = await startTestHub({
        brands: { acme: acmeBrand() },
        env: acmeEnv(receiver.url),
        environment: { PATCHBAY_ROLE: 'api' },
      });
      const killed = await startHubProcess(hub, acmeEnv(receiver.url));
      processes.push(killed);
      const post = (event: object): ReturnType<typeof call> =>
        call(`${killed.url}/v1/ingest/acme/capillary`, 'POST', event, ACME_AUTH);
      const others = await untilDirect(post);
      await succeeded(others);
      const release = receiver.hold();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => post(pointsIssued(`k-${n}`))));
      await killed.kill();
      const accepted = answers
        .filter(({ status }) => status === 202)
        .map(({ body }) => String(at(body, 'events.0.id')));
      expect(accepted).toHaveLength(20);
      release();
      const leases = new pg.Client({ connectionString: hub.databaseUrl });
      await leases.connect();
      const { rows } = await leases.query('SELECT FROM deliveries_waiting WHERE lease_token IS NOT NULL');
      expect(rows.length).toBeGreaterThan(0);
      await leases.query('UPDATE deliveries_waiting SET lease_until = now() WHERE lease_token IS NOT NULL');
      await leases.query('UPDATE claims SET check_at = now()');
      await leases.end();
      const { databaseUrl, configDirectory } = hub;
      const next = await startTestHub({ databaseUrl, configDirectory, env: acmeEnv(receiver.url) });
      try {
        await succeeded(others + 20);
      } finally {
        await next.close();
      }
      const sent = receiver.received
        .slice(others)
        .map(({ headers, body }) => [at(JSON.parse(body), 'id'), headers['webhook-id']]);
      expect(new Set(sent.map(([event]) => event))).toEqual(new Set(accepted));
      expect(new Set(sent.map((pair) => pair.join())).size).toBe(20);
    },
    3 * SERVICE_TIMEOUT_MS,
  );
});
