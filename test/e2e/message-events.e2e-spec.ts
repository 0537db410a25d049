import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@patchbay/embedded';
import { callbackSamples, discoverSandboxes, startSandboxHub, type SandboxHub } from '@patchbay/testing';
import { MESSAGE_STATUS, objectAt, yaml } from '@patchbay/testing/examples';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const TYPE = 'netcore-email';
const ADDRESS = 'asha@example.com';
const PLUGINS = resolve('plugins');
const { callbacks } = (await discoverSandboxes(PLUGINS)).find(({ type }) => type === TYPE) ?? {};

/** Returns the subscription that sends operational events to the webhook. */
const statuses = (events: readonly string[]): object => ({
  statuses: { source: 'patchbay', events, destination: 'cdp', ordering: 'customer' },
});

/** Returns a brand that sends e-mails to the sandbox of a vendor, and operational events to a webhook. */
const brand = (name: string, vendor: object, subscriptions: object, privacy = 'standard'): string =>
  JSON.stringify({
    ...{ brand: name, privacy },
    sources: { capillary: { adapter: 'capillary', auth: { headers: { 'x-acme-token': ['${env:ACME_TOKEN}'] } } } },
    destinations: {
      mail: { type: TYPE, ...vendor },
      cdp: { type: 'webhook', credentials: { bearer: '${env:KEY}' }, settings: { url: '${env:CDP}' } },
    },
    subscriptions: {
      points: {
        ...{ source: 'capillary', events: ['pointsIssued'], destination: 'mail' },
        mapping: { to: ADDRESS, subject: 'Points', text: '{{ data.totalPointsIssued }} secret points' },
        messaging: { purpose: 'transactional' },
      },
      ...subscriptions,
    },
  });

describe('events about single messages', () => {
  let vendors: SandboxHub;
  let cdp: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    vendors = await startSandboxHub({ pluginsDir: PLUGINS, port: 0 });
    cdp = await startReceiver();
    const { credentials, settings } = vendors.sandboxes.get(TYPE) ?? {};
    const key = Object.keys(credentials ?? {})[0] ?? '';
    const vendor = { credentials: { ...credentials, [key]: '${env:VENDOR_KEY}' }, settings };
    const port = await freePort();
    hub = await startTestHub({
      brands: {
        acme: brand('acme', vendor, statuses(['message.*'])),
        safe: brand('safe', vendor, statuses(['message.sent']), 'pii-less'),
        quiet: brand('quiet', vendor, statuses(['*'])),
        example: brand('example', vendor, objectAt(yaml(readFileSync(MESSAGE_STATUS, 'utf8')), 'subscriptions')),
      },
      env: { ACME_TOKEN, KEY: 'invented-key', CDP: cdp.url, VENDOR_KEY: String(at(credentials, key)) },
      environment: { PORT: String(port), PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await cdp.close();
    await vendors.stop();
  });

  /** Returns the number of entries that are not published yet. */
  async function waiting(): Promise<unknown> {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    try {
      return (await client.query<{ count: number }>('SELECT count(*)::int AS count FROM message_outbox')).rows[0]
        ?.count;
    } finally {
      await client.end();
    }
  }
  const got = (): unknown[] => cdp.received.map(({ body }): unknown => JSON.parse(body));
  const listed = async (path: string): Promise<readonly unknown[]> =>
    at((await hub.admin('GET', `/v1/brands/${path}`)).body, 'data') as unknown[];
  /** Sends an event and returns the id of the delivery of its e-mail, once the delivery has succeeded. */
  async function send(eventId: string): Promise<string> {
    const { events } = await hub.ingest('acme/capillary', pointsIssued(eventId), ACME_AUTH);
    const id = String(at(events[0], 'id'));
    return until(
      async () => {
        const sent = await listed('acme/deliveries?destination=mail&status=succeeded');
        const delivery = sent.find((one) => at(one, 'eventId') === id);
        return delivery === undefined ? undefined : String(at(delivery, 'id'));
      },
      { what: `the e-mail of ${eventId}` },
    );
  }
  /** Lets the sandbox of the vendor report a status. */
  async function report(deliveryId: string, status: string): Promise<void> {
    const { body } = await hub.admin('GET', '/v1/brands/acme/destinations/mail');
    const samples = callbacks === undefined ? [] : callbackSamples(callbacks, deliveryId);
    const sample = samples.find(({ updates }) => updates.some((update) => update.status === status));
    const called = vendors.sandboxes.get(TYPE)?.callBack(String(at(body, 'callbackUrl')), sample?.payload ?? {});
    expect(await called).toBeLessThan(300);
  }

  it('are off by default, and `*` does not select them', async () => {
    await hub.ingest('quiet/capillary', pointsIssued('q-1'), ACME_AUTH);
    await until(async () => (await listed('quiet/deliveries?status=succeeded')).length === 1, { what: 'a message' });
    expect(await waiting()).toBe(0);
    expect(await listed('quiet/events?source=patchbay')).toEqual([]);
  });

  it('reach a webhook in order: sent, delivered, opened, and cause no further events', async () => {
    const id = await send('e-1');
    await cdp.atLeast(1);
    await report(id, 'delivered');
    await report(id, 'opened');
    await report(id, 'opened');
    await cdp.atLeast(3);
    const same = { deliveryId: id, eventType: 'pointsIssued', channel: 'email', destination: { name: 'mail' } };
    expect(got()).toMatchObject([
      { type: 'message.sent', data: { ...same, status: 'sent', vendorStatus: null, attempts: 1 } },
      { type: 'message.delivered', data: { ...same, status: 'delivered', vendorStatus: 'delivered' } },
      { type: 'message.opened', data: { ...same, status: 'opened' } },
    ]);
    for (const { body } of cdp.received) expect(body).not.toMatch(/secret points|asha@example/);

    const events = await listed('acme/events?source=patchbay');
    expect(events).toHaveLength(3);
    const explained = await hub.admin('GET', `/v1/brands/acme/events/${String(at(events[0], 'id'))}`);
    expect(JSON.stringify(explained.body)).toContain('statuses');
    await until(async () => (await listed('acme/deliveries?destination=cdp&status=succeeded')).length === 3, {
      what: 'three deliveries to the webhook',
    });
    expect(await waiting()).toBe(0);
  });

  it('report bounced and suppressed messages', async () => {
    const before = cdp.received.length;
    await report(await send('e-2'), 'bounced');
    await cdp.atLeast(before + 2);
    const entry = { kind: 'email', address: ADDRESS };
    expect((await hub.admin('POST', '/v1/brands/acme/suppressions', { suppressions: [entry] })).status).toBeLessThan(
      300,
    );
    await hub.ingest('acme/capillary', pointsIssued('e-3'), ACME_AUTH);
    await cdp.atLeast(before + 3);
    const since = got().slice(before);
    expect(since.map((event) => at(event, 'type')).sort()).toEqual([
      'message.bounced',
      'message.sent',
      'message.suppressed',
    ]);
    const suppressed = since.find((event) => at(event, 'type') === 'message.suppressed');
    expect(suppressed).toMatchObject({ data: { status: 'suppressed', reason: 'suppression list', attempts: 0 } });
  });

  it('name the customer of a pii-less brand only as the stored event does', async () => {
    const before = cdp.received.length;
    await hub.ingest('safe/capillary', pointsIssued('s-1'), ACME_AUTH);
    await cdp.atLeast(before + 1);
    const [original] = await listed('safe/events?type=pointsIssued');
    const { body } = await hub.admin('GET', `/v1/brands/safe/events/${String(at(original, 'id'))}`);
    const [customerId] = at(body, 'customerIds') as string[];
    expect(got()[before]).toMatchObject({ type: 'message.sent', data: { customerId } });
  });

  it('have the form of the example in config/examples', async () => {
    const before = cdp.received.length;
    await hub.ingest('example/capillary', pointsIssued('x-1'), ACME_AUTH);
    await cdp.atLeast(before + 1);
    const [delivery] = await listed('example/deliveries?destination=mail');
    expect(got()[before]).toMatchObject({
      messageId: at(delivery, 'id'),
      ...{ channel: 'email', campaign: 'points', vendor: 'mail', status: 'sent', event: 'pointsIssued' },
    });
  });
});
