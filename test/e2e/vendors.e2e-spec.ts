import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callbackSamples,
  crmSandbox,
  discoverSandboxes,
  startSandbox,
  startSandboxHub,
  type Sandbox,
  type SandboxCallbacks,
  type SandboxHub,
  type StartedSandbox,
} from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN } from './support/acme.js';
import { freePort } from '@patchbay/embedded';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const PLUGINS = resolve('plugins');
const EVENTS = resolve('test/fixtures/events');

/** Event types for which the plugins have a preset. */
const TYPES = [
  'customerAdded',
  'transactionAdded',
  'pointsIssued',
  'pointsRedeemed',
  'pointsTransferredInitiated',
  'pointsTransferredReceived',
];

const definitions = await discoverSandboxes(PLUGINS);
const manuals = definitions.map(({ type }) => {
  const presets = TYPES.filter((event) => existsSync(join(PLUGINS, type, 'mappings', `${event}.json`)));
  const wants = existsSync(join(PLUGINS, type, 'mappings', 'default.json')) ? TYPES : presets;
  return { type, wants };
});

/**
 * Fake CRM of the brand. The CRM contains the device of each customer, because events of Capillary do not contain
 * devices.
 */
const crmDefinition = crmSandbox(() => [
  {
    name: 'contact',
    method: 'GET',
    path: '/contacts/:id',
    handle: ({ params }) => ({ status: 200, body: { device: `invented-device-token-of-${params.id ?? ''}` } }),
  },
]);

/** Returns a brand file with one destination of each type, all with presets, and the brand's environment variables. */
function brandOf(sandboxes: Iterable<Sandbox>, crmUrl: string): { yaml: string; env: Record<string, string> } {
  const env: Record<string, string> = { ACME_TOKEN, CRM: crmUrl };
  const toVariables = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => toVariables(one, `${name}_${index}`));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toVariables(one, `${name}_${key}`)]));
    }
    const variable = name.replace(/\W/g, '_').toUpperCase();
    env[variable] = String(value);
    return `\${env:${variable}}`;
  };
  const all = [...sandboxes];
  const brand = {
    brand: 'acme',
    timezone: 'Asia/Kolkata',
    sources: {
      capillary: { adapter: 'capillary', auth: { headers: { 'x-acme-token': ['${env:ACME_TOKEN}'] } } },
    },
    recipients: {
      order: ['event', 'resolver'],
      resolver: {
        type: 'http',
        url: '${env:CRM}/contacts/{{ event.customerId }}',
        mapping: { pushToken: '{{ body.device }}' },
      },
    },
    destinations: Object.fromEntries(
      all.map(({ type, credentials, settings }) => [
        type,
        { type, credentials: toVariables(credentials, type), settings, retry: { schedule: ['0s'] } },
      ]),
    ),
    subscriptions: Object.fromEntries(
      manuals.map(({ type, wants }) => [type, { source: 'capillary', events: wants, destination: type }]),
    ),
  };
  return { yaml: JSON.stringify(brand), env };
}

describe('one realistic event of each type to each vendor, with signed status callbacks', () => {
  let vendors: SandboxHub;
  let crm: StartedSandbox;
  let hub: TestHub;

  beforeAll(async () => {
    vendors = await startSandboxHub({ pluginsDir: PLUGINS, port: 0 });
    crm = await startSandbox(crmDefinition);
    const { yaml, env } = brandOf(vendors.sandboxes.values(), crm.sandbox.baseUrl);
    const port = await freePort();
    hub = await startTestHub({
      brands: { acme: yaml },
      env,
      environment: { PORT: String(port), PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
    });
    const events = TYPES.map((type) => readFileSync(join(EVENTS, `${type}.json`), 'utf8'));
    const answer = await hub.ingest('acme/capillary', `[${events.join(',')}]`, ACME_AUTH);
    expect([answer.status, answer.events.map(({ status }) => status)]).toEqual([202, TYPES.map(() => 'accepted')]);
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await crm.stop();
    await vendors.stop();
  });

  const deliveriesOf = async (type: string): Promise<Record<string, unknown>[]> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?destination=${type}`);
    return at(body, 'data') as Record<string, unknown>[];
  };

  it.each(manuals)('$type accepts all events for which it has a preset', async ({ type, wants }) => {
    const deliveries = await until(
      async () => {
        const found = await deliveriesOf(type);
        return found.length === wants.length && found.every(({ status }) => status !== 'scheduled') ? found : undefined;
      },
      { what: `${wants.length} deliveries to ${type}`, timeoutMs: 25_000 },
    );
    const sandbox = vendors.sandboxes.get(type);
    expect(deliveries.map(({ eventType, status, reason }) => ({ eventType, status, reason }))).toEqual(
      deliveries.map(({ eventType }) => ({ eventType, status: 'succeeded', reason: null })),
    );
    expect(sandbox?.received).toBe(wants.length);
    expect(sandbox?.violations).toEqual([]);
    expect(wants.length).toBeGreaterThan(3);
  });

  const callingBack = definitions.filter(({ callbacks }) => callbacks !== undefined);
  it.each(callingBack)('$type reports the status of each message', async ({ type, callbacks }) => {
    if (callbacks?.urlOf === undefined) await sendStatusCallbacks(type, callbacks);
    await until(async () => (await deliveriesOf(type)).every(({ vendorStatus }) => vendorStatus === 'delivered'), {
      what: `callbacks of ${type}`,
      timeoutMs: 25_000,
    });
  });

  /**
   * Sends a status callback for each delivery of a destination type, to the callback URL that the API returns. Also
   * checks that the hub refuses a call without a valid proof.
   */
  const sendStatusCallbacks = async (type: string, callbacks: SandboxCallbacks | undefined): Promise<void> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/destinations/${type}`);
    const url = at(body, 'callbackUrl') as string;
    for (const { id } of await deliveriesOf(type)) {
      const samples = callbacks === undefined ? [] : callbackSamples(callbacks, String(id));
      const delivered = samples.find(({ updates }) => updates.some(({ status }) => status === 'delivered'));
      expect(await vendors.sandboxes.get(type)?.callBack(url, delivered?.payload ?? {})).toBeLessThan(300);
    }
    const byToken = callbacks?.proof === 'none';
    const called = byToken ? `${url}0` : url;
    expect((await fetch(called, { method: 'POST', body: '[]' })).status).toBe(403);
  };

  it('verifies each destination without messaging a customer', async () => {
    const before = [...vendors.sandboxes.values()].map(({ received }) => received);
    for (const { type } of manuals) {
      const answer = await hub.admin('POST', `/v1/brands/acme/destinations/${type}/verify`);
      expect([type, answer.status, at(answer.body, 'ok')]).toEqual([type, 200, true]);
    }
    expect([...vendors.sandboxes.values()].map(({ received }) => received)).toEqual(before);
  });
});
