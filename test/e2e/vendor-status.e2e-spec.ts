import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@patchbay/embedded';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const BRAND = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:SMS_KEY}" } }
    limits: { statusTimeoutMs: 3600000 }
    settings:
      request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}", callback: "{{ callbackUrl }}" } }
      callback: { path: body.status, statuses: { delivered: [OK], undelivered: [NO] } }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: sms
    mapping: { to: "+15005550006", body: Points }
`;

describe('the vendor status of a delivery', () => {
  let vendor: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    vendor = await startReceiver();
    const port = await freePort();
    hub = await startTestHub({
      brands: { acme: BRAND },
      env: { ACME_TOKEN, SMS_KEY: 'invented-key', SMS: vendor.url },
      environment: { PORT: String(port), PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await vendor.close();
  });

  const listed = async (query: string): Promise<readonly unknown[]> =>
    at((await hub.admin('GET', `/v1/brands/acme/deliveries?${query}`)).body, 'data') as unknown[];

  it('is shown, filtered by and counted, and selects what a replay sends again', async () => {
    await hub.ingest(
      'acme/capillary',
      [1, 2, 3].map((n) => pointsIssued(`e-${n}`)),
      ACME_AUTH,
    );
    await until(async () => (await listed('status=succeeded')).length === 3, { what: 'three sent messages' });
    const callbacks = vendor.received.map(({ body }) => String(at(JSON.parse(body), 'callback')));
    const headers = { 'content-type': 'application/json' };
    for (const [index, status] of ['NO', 'OK'].entries()) {
      const url = callbacks[index] ?? '';
      for (const body of [JSON.stringify({ status }), JSON.stringify({ status })]) {
        expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(204);
      }
    }
    const undelivered = await listed('vendorStatus=undelivered');
    expect(undelivered).toMatchObject([
      { status: 'succeeded', vendorStatus: 'undelivered', explanationCode: 'vendorReportsFailure' },
    ]);
    expect(await listed('vendorStatus=undelivered&vendorStatus=bounced&status=dead')).toEqual([]);
    expect(await listed('vendorStatus=delivered')).toHaveLength(1);
    expect(await listed('vendorStatus=none')).toMatchObject([{ vendorStatus: null }]);
    expect((await hub.admin('GET', '/v1/brands/acme/deliveries?vendorStatus=lost')).status).toBe(400);

    const labels = 'brand="acme",destination="sms",type="http-sms"';
    const { text } = await hub.admin('GET', '/metrics');
    expect(text).toContain(`patchbay_vendor_statuses_total{${labels},status="undelivered"} 1\n`);
    expect(text).toContain(`patchbay_vendor_statuses_total{${labels},status="delivered"} 1\n`);
    expect(text).toMatch(/^patchbay_callbacks_total\{type="[a-z-]+",outcome="accepted"\} \d+$/m);

    const filter = { vendorStatus: 'undelivered' };
    const counted = await hub.admin('POST', '/v1/brands/acme/replays', { filter, dryRun: true });
    expect(counted.body).toMatchObject({ count: 1, countByState: { succeeded: 1 } });
    const { body } = await hub.admin('GET', '/v1/brands/acme/destinations/sms');
    expect(at(body, 'limits.statusTimeoutMs')).toBe(3_600_000);
  });
});
