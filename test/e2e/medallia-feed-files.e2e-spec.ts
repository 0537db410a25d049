import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, discoverSandboxes, startSandbox, type SandboxRequest, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const medalliaSandbox = (await discoverSandboxes(resolve('plugins'))).find(({ type }) => type === 'medallia-survey');
const FILE_SIZE = 75;
/** Bytes of a feed file of the destination `small`; less than two of its records need. */
const SMALL_FILE = 1_000;

const destination = (name: string, feed: string, batch: string): string => `
  ${name}:
    type: medallia-survey
    credentials: { clientId: "\${env:MEDALLIA_ID}", clientSecret: "\${env:MEDALLIA_SECRET}" }
    settings:
      tokenUrl: "\${env:MEDALLIA_URL}/reporting/oauth/acme/token"
      apiUrl: "\${env:MEDALLIA_URL}/gateway"
      ${feed}
      batch: ${batch}
    limits: { ratePerSecond: 200, burst: 200 }
    retry: { schedule: [0s, 0s, 0s, 0s] }
`;

const subscription = (name: string): string => `
  ${name}:
    source: capillary
    events: ["*"]
    when: { data.to: { $eq: ${name} } }
    destination: ${name}
    mapping: { record: { event_id: "{{ event.id }}", email: "{{ data.mail }}", event_type: "{{ data.note }}" } }
`;

const batch = (more = ''): string => `{ size: ${FILE_SIZE}, within: 1500${more} }`;

/** Brand with a concurrent feed, a queued feed, and a concurrent feed with small files. */
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
${destination('concurrent', 'feed: loyalty_invitations', batch())}
${destination('queued', 'feed: loyalty_invitations_queued\n      mode: async', batch())}
${destination('small', 'feed: loyalty_invitations', batch(`, bytes: ${SMALL_FILE}`))}
subscriptions:
${['concurrent', 'queued', 'small'].map(subscription).join('')}
`;

describe('feed files for Medallia', () => {
  let vendor: StartedSandbox;
  let hub: TestHub;
  let ingested = 0;

  beforeAll(async () => {
    if (medalliaSandbox === undefined) throw new Error('The plugin medallia-survey has no sandbox.');
    vendor = await startSandbox(medalliaSandbox);
    const { baseUrl, credentials } = vendor.sandbox;
    hub = await startTestHub({
      brands: { acme: brand },
      env: {
        ...{ ACME_TOKEN, MEDALLIA_URL: baseUrl },
        ...{
          MEDALLIA_ID: String(at(credentials, 'clientId')),
          MEDALLIA_SECRET: String(at(credentials, 'clientSecret')),
        },
      },
    });
  }, SERVICE_TIMEOUT_MS);
  beforeEach(() => {
    vendor.sandbox.clear();
  });
  afterEach(() => {
    expect(vendor.sandbox.violations).toEqual([]);
  });
  afterAll(async () => {
    await hub.close();
    await vendor.stop();
  }, SERVICE_TIMEOUT_MS);

  /** Posts one call with an event per address. Returns the ids of the events. */
  async function ingest(to: string, mails: readonly string[], note = 'x'): Promise<readonly string[]> {
    const events = mails.map((mail) => pointsIssued(`e-${(ingested += 1)}`, 1, { to, mail, note }));
    const answered = await hub.ingest('acme/capillary', events, ACME_AUTH);
    expect(answered.status).toBe(202);
    return answered.events.map(({ id }) => id);
  }
  const mails = (count: number, invalid: readonly number[] = []): string[] =>
    Array.from({ length: count }, (_, index) => (invalid.includes(index) ? 'nobody' : `c${index}@example.com`));
  const deliveriesOf = async (eventIds: readonly string[]): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', '/v1/brands/acme/deliveries?limit=200');
    return (at(body, 'data') as readonly unknown[]).filter((one) => eventIds.includes(String(at(one, 'eventId'))));
  };
  /** Waits until the deliveries of these events have ended. Returns the number of deliveries by status. */
  const ended = (eventIds: readonly string[]): Promise<Readonly<Record<string, number>>> =>
    until(
      async () => {
        const found = await deliveriesOf(eventIds);
        if (found.length < eventIds.length || found.some((one) => at(one, 'status') === 'scheduled')) return undefined;
        const counts: Record<string, number> = {};
        for (const one of found) counts[String(at(one, 'status'))] = (counts[String(at(one, 'status'))] ?? 0) + 1;
        return counts;
      },
      { what: 'the deliveries to end', timeoutMs: 60_000 },
    );
  const sizeOf = (request: SandboxRequest): number => medalliaSandbox?.batch?.count(request) ?? 0;
  const files = (): readonly SandboxRequest[] => vendor.sandbox.requests.filter((request) => sizeOf(request) > 0);
  const detailOf = async (eventId: string): Promise<unknown> => {
    const [delivery] = await deliveriesOf([eventId]);
    return (await hub.admin('GET', `/v1/brands/acme/deliveries/${String(at(delivery, 'id'))}`)).body;
  };

  it('contain the records of 75 events', async () => {
    const ids = await ingest('concurrent', mails(FILE_SIZE));
    expect(await ended(ids)).toEqual({ succeeded: FILE_SIZE });
    expect(files().map(sizeOf)).toEqual([FILE_SIZE]);
    expect(files().flatMap((request) => request.json())).toEqual(
      expect.arrayContaining(ids.map((id) => expect.objectContaining({ event_id: id }))),
    );
    expect(vendor.sandbox.received).toBe(FILE_SIZE);
    const place = { id: expect.any(String), item: expect.any(Number), size: FILE_SIZE };
    expect(at(await detailOf(ids[7] ?? ''), 'attempts.0')).toMatchObject({ outcome: 'accepted', batch: place });
  }, 120_000);

  it('are repeated record by record, if a concurrent feed discarded some of the records', async () => {
    const ids = await ingest('concurrent', mails(FILE_SIZE, [3, 70]));
    expect(await ended(ids)).toEqual({ succeeded: FILE_SIZE - 2, dead: 2 });
    expect(files().map(sizeOf)).toEqual([FILE_SIZE, ...Array<number>(FILE_SIZE).fill(1)]);
    // The feed updated the records that it knew, so no customer was invited twice.
    expect(vendor.sandbox.received).toBe(FILE_SIZE - 2);
    const dead = await detailOf(ids[3] ?? '');
    expect(at(dead, 'attempts.0')).toMatchObject({ outcome: 'unconfirmed' });
    expect(at(dead, 'attempts.1')).toMatchObject({ outcome: 'rejected' });
  }, 120_000);

  it('are read by position, if a queued feed discarded some of the records', async () => {
    const ids = await ingest('queued', mails(FILE_SIZE, [3, 70]));
    await until(() => files().length === 1, { what: 'the feed file', timeoutMs: 30_000 });
    await until(async () => (await deliveriesOf(ids)).every((one) => at(one, 'externalId') !== null), {
      what: 'the records to be pending',
    });
    await finishFeedFile(String(at(await detailOf(ids[0] ?? ''), 'externalId')));
    await pollNow();
    expect(await ended(ids)).toEqual({ succeeded: FILE_SIZE - 2, dead: 2 });
    expect(files().map(sizeOf)).toEqual([FILE_SIZE]);
    const asked = vendor.sandbox.requests.filter(({ path }) => path.endsWith('/detailed-results'));
    expect(asked).toHaveLength(1);
    for (const position of [3, 70]) {
      const detail = await detailOf(ids[position] ?? '');
      expect([at(detail, 'status'), at(detail, 'batch.item')]).toEqual(['dead', position + 1]);
    }
  }, 120_000);

  it('are sent again as a whole, if Medallia is unavailable', async () => {
    vendor.sandbox.next(answer(503));
    const ids = await ingest('concurrent', mails(10));
    expect(await ended(ids)).toEqual({ succeeded: 10 });
    expect(files().map(sizeOf)).toEqual([10, 10]);
    expect(vendor.sandbox.received).toBe(10);
  }, 120_000);

  it('end all their deliveries, if Medallia refuses the request', async () => {
    vendor.sandbox.next(answer(400));
    const ids = await ingest('concurrent', mails(10));
    expect(await ended(ids)).toEqual({ dead: 10 });
    expect(files().map(sizeOf)).toEqual([10]);
  }, 120_000);

  it('are repeated record by record after a lost answer, and no customer is invited twice', async () => {
    vendor.sandbox.next({ kind: 'resetAfterRead' });
    const ids = await ingest('concurrent', mails(20));
    expect(await ended(ids)).toEqual({ succeeded: 20 });
    expect(files().map(sizeOf)).toEqual([20, ...Array<number>(20).fill(1)]);
    expect(vendor.sandbox.received).toBe(20);
  }, 120_000);

  it('are cut by bytes, and a record that fits into no file is not sent', async () => {
    const ids = await ingest('small', mails(6), 'x'.repeat(400));
    const [large = ''] = await ingest('small', ['large@example.com'], 'x'.repeat(SMALL_FILE));
    expect(await ended([...ids, large])).toEqual({ succeeded: 6, dead: 1 });
    expect(files().every((request) => request.rawBody.length <= SMALL_FILE)).toBe(true);
    expect(files().map(sizeOf)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(at(await detailOf(large), 'attempts.0')).toMatchObject({ outcome: 'mapping', request: null });
  }, 120_000);

  /** Reads the state of a feed file until Medallia has processed it. */
  async function finishFeedFile(externalId: string): Promise<void> {
    const [file = ''] = externalId.split('#');
    const url = `${vendor.sandbox.baseUrl}/gateway/inbound/v2/feedfiles/${file}`;
    const headers = { authorization: String(files()[0]?.headers.authorization) };
    await until(async () => at(await (await fetch(url, { headers })).json(), 'status') === 'COMPLETED_RESULTS_READY', {
      what: 'the feed file to be processed',
    });
  }

  /** Lets the time until the next polls pass. */
  async function pollNow(): Promise<void> {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    await client.query(
      `UPDATE deliveries_waiting SET due_at = now() - interval '1 min' WHERE pending_since IS NOT NULL`,
    );
    await client.end();
  }
});
