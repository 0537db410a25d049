import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crmSandbox, answer, startSandbox, type Sandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { searchDatabase } from './support/search-database.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const PLANTED = ['+919812345671', 'asha.resolved@example.com', 'Planted-Firstname', 'planted-error-text'];
const SECRETS = ['invented-crm-token', 'planted-secret-path'];

const brand = `
brand: acme
privacy: pii-less
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
recipients:
  order: [event, enriched, resolver]
  resolver:
    type: http
    url: "\${env:CRM}/planted-secret-path/contacts/{{ event.customerId }}"
    headers: { authorization: "Bearer \${env:CRM_TOKEN}" }
    customerId: "{{ body.id }}"
    mapping: { phone: "{{ body.mobile }}", email: "{{ body.email }}" }
    retries: 0
enrichment:
  http:
    profile:
      url: "\${env:CRM}/planted-secret-path/profiles/{{ event.customerId }}"
      headers: { authorization: "Bearer \${env:CRM_TOKEN}" }
      onFailure: continue
      retries: 0
destinations:
  hook: { type: webhook, credentials: { bearer: "\${env:CRM_TOKEN}" }, settings: { url: "\${env:HOOK}" }, retry: { schedule: [0s, 100ms, 100ms] } }
subscriptions:
  greeting:
    source: capillary
    events: [pointsIssued]
    enrich: [profile]
    destination: hook
    mapping: { body: { "$if": "{{ recipient.phone }}", then: { to: "{{ recipient.phone }}", mail: "{{ recipient.email }}", name: "{{ enriched.profile.name }}" } } }
`;

/** Fake CRM of the brand, which has data of one customer. */
const crmDefinition = crmSandbox(() => [
  {
    name: 'contact',
    method: 'GET',
    path: '/planted-secret-path/contacts/:id',
    handle: (request) => {
      if (request.bearer() !== SECRETS[0]) return { status: 401 };
      const { id = '' } = request.params;
      if (!id.startsWith('7001002')) return { status: 404 };
      return { status: 200, body: { id, mobile: PLANTED[0] ?? '', email: PLANTED[1] ?? '' } };
    },
  },
  {
    name: 'profile',
    method: 'GET',
    path: '/planted-secret-path/profiles/:id',
    handle: () => ({ status: 200, body: { name: PLANTED[2] ?? '' } }),
  },
]);

describe('a brand whose events have no personal data messages its customers', () => {
  let started: StartedSandbox;
  let crm: Sandbox;
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    receiver = await startReceiver();
    started = await startSandbox(crmDefinition);
    crm = started.sandbox;
    hub = await startTestHub({
      brands: { acme: brand },
      env: { ACME_TOKEN, CRM: crm.baseUrl, CRM_TOKEN: SECRETS[0] ?? '', HOOK: receiver.url },
    });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await started.stop();
    await receiver.close();
  });

  /** Sends an event about a customer and waits until its delivery has ended. */
  async function delivered(eventId: string, customerId: number): Promise<{ readonly id: string }> {
    const answered = await hub.ingest(
      'acme/capillary',
      pointsIssued(eventId, 80, { customerIdentifiers: { customerId } }),
      ACME_AUTH,
    );
    const id = answered.events[0]?.id ?? '';
    return until(
      async () => {
        const { body } = await hub.admin('GET', `/v1/brands/acme/events/${id}`);
        const delivery = at(body, 'subscriptions.0.delivery') as { readonly id: string } | undefined;
        return at(delivery, 'status') === 'scheduled' ? undefined : delivery;
      },
      { what: 'the delivery to have ended' },
    );
  }

  it('with contact data of its own API at delivery time', async () => {
    expect(await delivered('e-1', 700100200)).toMatchObject({ status: 'succeeded' });
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({
      to: PLANTED[0],
      mail: PLANTED[1],
      name: PLANTED[2],
    });
  });

  it('retries while that API fails or responds with invalid data, and continues without optional data', async () => {
    crm.always(answer(500, { error: PLANTED[3] ?? '' }), 'profile');
    crm.next(answer(500, { error: PLANTED[3] ?? '' }), 'contact');
    crm.next(answer(200, { id: '7', mobile: PLANTED[3] ?? '' }), 'contact');
    const { id } = await delivered('e-2', 700100201);
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toEqual({ to: PLANTED[0], mail: PLANTED[1] });
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries/${id}`);
    expect(at(body, 'attempts')).toMatchObject([
      { outcome: 'transient', message: 'recipients.resolver: it answered 500: the system failed' },
      { outcome: 'transient', message: expect.stringContaining('about another customer') },
      { outcome: 'accepted' },
    ]);
    expect(hub.log.join('\n')).toContain('enrichment.http.profile: it answered 500');
  });

  it('suppresses deliveries to customers unknown to that API', async () => {
    expect(await delivered('e-3', 700999999)).toMatchObject({ status: 'suppressed', reason: 'no recipient' });
    expect(receiver.received).toHaveLength(2);
  });

  it('stores contact data neither in the database nor in the log nor in responses', async () => {
    expect(await searchDatabase(hub.databaseUrl, ['700100200'])).not.toEqual([]);
    expect(await searchDatabase(hub.databaseUrl, [...PLANTED, ...SECRETS])).toEqual([]);
    const { text } = await hub.admin('GET', '/v1/brands/acme/deliveries');
    for (const needle of [...PLANTED, ...SECRETS]) {
      expect(text).not.toContain(needle);
      expect(hub.log.join('\n')).not.toContain(needle);
    }
  });
});
