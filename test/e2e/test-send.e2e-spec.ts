import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { runCli, type CliRun } from '../../apps/cli/src/testing/run-cli.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, at, startTestHub, type TestHub } from './support/test-hub.js';

const PHONE = '+15005550010';

/** Consent comes from an enrichment, which the hub does not fetch for a test message. */
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:TOKEN}"] } }
recipients:
  consent: { sms: "{{ enriched.profile.smsOptIn }}" }
enrichment:
  http:
    profile: { url: "\${env:SMS}/profiles/{{ event.customerId }}", headers: { authorization: "\${env:TOKEN}" } }
destinations:
  text:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:TOKEN}" } }
    settings: { request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } } }
    messaging: { sendAfter: 1h, contactInterval: 30d, quota: { max: 1, per: 1d } }
`;

describe('patchbay test-send', () => {
  let sms: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    sms = await startReceiver();
    hub = await startTestHub({ brands: { acme: brand }, env: { TOKEN: 'invented-token-0001', SMS: sms.url } });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await sms.close();
  });

  const send = (...options: readonly string[]): Promise<CliRun> =>
    runCli(['test-send', 'acme/text', '--to', `phone=${PHONE}`, '--message', '-', ...options], {
      env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY },
      input: JSON.stringify({ to: PHONE, body: 'Test' }),
    });
  const audited = async (): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', '/v1/audit?action=destination.testSend');
    return (at(body, 'data') as readonly unknown[]).map((entry) => at(entry, 'after'));
  };

  it('sends a promotional message only if the caller confirms the consent, and records it', async () => {
    const refused = await send();
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('does not know that the recipient consented to sms');
    expect([sms.received, await audited()]).toEqual([[], []]);

    expect(await send('--consented')).toMatchObject({ code: 0, err: '' });
    expect(sms.received).toHaveLength(1);
    expect(await audited()).toEqual([{ recipient: ['phone'], purpose: 'promotional', consented: true }]);
  });

  it('ignores and does not use the delay, the contact interval and the quota of the destination, and says so', async () => {
    const { code, out } = await send('--consented');
    expect([code, out]).toEqual([0, expect.stringContaining('sendAfter, contactInterval and quota do not apply')]);
    expect(sms.received).toHaveLength(2);
    const { body } = await hub.admin('GET', '/v1/brands/acme/destinations/text');
    expect(body).toMatchObject({ messaging: { quota: { max: 1, used: 0 } } });
  });

  it('needs no consent for a transactional message', async () => {
    expect(await send('--purpose', 'transactional')).toMatchObject({ code: 0, err: '' });
    expect((await audited())[0]).toEqual({ recipient: ['phone'], purpose: 'transactional' });
  });
});
