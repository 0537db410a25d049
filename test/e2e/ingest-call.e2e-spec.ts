import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const ORDERED = '{ body: { n: "{{ data.n }}", customer: "{{ event.customerId }}" } }\n    ordering: { by: customer }';
const EVENTS = 1_000;
const CUSTOMERS = 20;
const FIRST_CUSTOMER = 700_100_200;

describe('one ingest call', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let database: pg.Client;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: acmeBrand({ mapping: ORDERED }) }, env: acmeEnv(receiver.url) });
    database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await database.end();
    await hub.close();
    await receiver.close();
  });

  it('of 1,000 events is one transaction, and is delivered in order for each customer', async () => {
    // Two consecutive events of a customer have the same time, so their position in the call decides their order.
    const call = Array.from({ length: EVENTS }, (_, n) => ({
      ...pointsIssued(`ordered-${n}`, 1, { n, customerIdentifiers: { customerId: FIRST_CUSTOMER + (n % CUSTOMERS) } }),
      createdAt: 1_795_544_400_000 + Math.floor(n / CUSTOMERS / 2),
    }));
    const answer = await hub.ingest('acme/capillary', call, ACME_AUTH);
    expect([answer.status, new Set(answer.events.map(({ status }) => status))]).toEqual([202, new Set(['accepted'])]);

    const { rows } = await database.query(
      "SELECT count(DISTINCT xmin::text)::int AS transactions FROM events WHERE source_event_id LIKE 'ordered-%'",
    );
    expect(rows).toEqual([{ transactions: 1 }]);
    await until(() => receiver.received.length >= EVENTS, { what: `${EVENTS} deliveries`, timeoutMs: 60_000 });
    const received = receiver.received.map(({ body }): unknown => JSON.parse(body));
    for (let customer = 0; customer < CUSTOMERS; customer += 1) {
      const order = received
        .filter((body) => at(body, 'customer') === String(FIRST_CUSTOMER + customer))
        .map((body) => at(body, 'n'));
      expect(order).toEqual(Array.from({ length: EVENTS / CUSTOMERS }, (_, n) => n * CUSTOMERS + customer));
    }
  });

  it('is stored whole if PostgreSQL refuses one of its events, and that event is quarantined', async () => {
    await database.query("ALTER TABLE events ADD CONSTRAINT refused CHECK (source_event_id <> 'whole-500')");
    const call = Array.from({ length: EVENTS }, (_, n) => ({ eventName: 'nothing', eventId: `whole-${n}` }));
    const answer = await hub.ingest('acme/capillary', call, ACME_AUTH);
    expect(answer.status).toBe(202);
    expect(answer.events.map(({ status }) => status)).toEqual(
      call.map((_, n) => (n === 500 ? 'quarantined' : 'accepted')),
    );
    const stored = await hub.admin('GET', `/v1/brands/acme/events/${answer.events[500]?.id}`);
    expect(stored).toMatchObject({ status: 200, body: { type: 'unreadable', status: 'quarantined' } });
    expect(stored.text).toContain('SQLSTATE 23514');
    const again = await hub.ingest('acme/capillary', call, ACME_AUTH);
    expect(new Set(again.events.map(({ status }) => status))).toEqual(new Set(['duplicate']));
    expect(again.events.map(({ id }) => id)).toEqual(answer.events.map(({ id }) => id));
  });
});
