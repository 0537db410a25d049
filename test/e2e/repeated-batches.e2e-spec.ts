import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const SIZE = 3;
const HOOK_SECRET = `whsec_${Buffer.from('invented-signing-secret-of-the-hook').toString('base64')}`;
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  hook:
    type: webhook
    credentials: { signingSecrets: ["\${env:HOOK_SECRET}"] }
    settings: { url: "\${env:HOOK_URL}", batch: { size: ${SIZE}, within: 60000 } }
    retry: { schedule: [0s, 0s] }
subscriptions:
  hook: { source: capillary, events: ["*"], destination: hook, mapping: { body: { id: "{{ event.id }}" } } }
`;

describe('a batch that the receiver ignores if it is repeated', () => {
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: brand }, env: { ACME_TOKEN, HOOK_SECRET, HOOK_URL: receiver.url } });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  it('is repeated whole and with the same id after a server error, which does not say if it was accepted', async () => {
    receiver.answer(500);
    const events = Array.from({ length: SIZE }, (_, index) => pointsIssued(`batch-${index}`));
    expect(await hub.ingest('acme/capillary', events, ACME_AUTH)).toMatchObject({ status: 202 });
    const [first, second] = await receiver.atLeast(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(JSON.parse(second?.body ?? '')).toHaveLength(SIZE);
  });
});
