import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type StartedSandbox,
} from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const destination = (url: string): string => `
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:ACME_TOKEN}" } }
    retry: { schedule: [0s, 100ms, 100ms, 100ms] }
    settings: { request: { url: "\${env:${url}}", json: { to: "{{ to }}", text: "{{ body }}" } } }`;

const MAPPING =
  '{ to: "{{ recipient.phone }}", body: "{{ enriched.tier.currentSlab }} {{ enriched.points.mainPoints }}" }';
const CHANNEL = 'enriched.customer.fields.preferred_channel';

const brand = (name: string, cache: string): string => `
brand: ${name}
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
enrichment:
  capillary: { baseUrl: "\${env:CAPILLARY}", key: "\${env:KEY}", secret: "\${env:SECRET}", retries: 0, ${cache}, ratePerMinute: 60000 }
recipients:
  consent: { sms: "{{ enriched.customer.subscriptions.sms.BULK }}" }
  transactionalConsent: { sms: "{{ enriched.customer.subscriptions.sms.TRANS | default: 'OPTIN' }}" }
destinations:
  main: ${destination('MAIN')}
  other: ${destination('OTHER')}
subscriptions:
  news:
    source: capillary
    events: [pointsIssued]
    enrich: [customer, points, tier]
    route:
      - { when: { ${CHANNEL}: second }, destination: other, mapping: ${MAPPING} }
      - { destination: main, mapping: ${MAPPING} }
  receipts:
    source: capillary
    events: [pointsRedeemed]
    enrich: [customer]
    destination: main
    mapping: { to: "{{ recipient.phone }}", body: receipt }
    messaging: { purpose: transactional }
`;

let customers = 700_400_000;
let events = 0;

describe('facts of Capillary at delivery time', () => {
  const fake = capillarySandbox();
  let started: StartedSandbox;
  let main: Receiver;
  let other: Receiver;
  let hub: TestHub;
  let customer = 0;

  beforeAll(async () => {
    [main, other] = [await startReceiver(), await startReceiver()];
    started = await startSandbox(fake.definition);
    const env = { CAPILLARY: started.sandbox.baseUrl, KEY: CAPILLARY_KEY, SECRET: CAPILLARY_SECRET };
    const brands = {
      acme: brand('acme', 'cacheSeconds: 900'),
      uncached: brand('uncached', 'cacheSeconds: 0, staleIfErrorSeconds: 600'),
    };
    hub = await startTestHub({
      brands,
      env: { ...env, ACME_TOKEN, MAIN: main.url, OTHER: other.url },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await started.stop();
    await main.close();
    await other.close();
  });
  beforeEach(() => {
    customers += 1;
    customer = customers;
  });

  /** Sends an event of the customer, and returns its delivery when the delivery has ended. */
  async function delivered(of = 'acme', eventName = 'pointsIssued', subscription = 0): Promise<unknown> {
    events += 1;
    const identifiers = { customerIdentifiers: { customerId: customer } };
    const body = { ...pointsIssued(`facts-${events}`, 10, identifiers), eventName };
    const { events: stored } = await hub.ingest(`${of}/capillary`, body, ACME_AUTH);
    return until(
      async () => {
        const { body: event } = await hub.admin('GET', `/v1/brands/${of}/events/${stored[0]?.id ?? ''}`);
        const delivery = at(event, `subscriptions.${subscription}.delivery`);
        return ['succeeded', 'suppressed', 'dead'].includes(String(at(delivery, 'status'))) ? delivery : undefined;
      },
      { what: 'the delivery to have ended', timeoutMs: 20_000 },
    );
  }
  const textsAt = (receiver: Receiver): readonly unknown[] =>
    receiver.received.map(({ body }) => at(JSON.parse(body), 'text'));
  const subscribe = (type: string, priority = 'BULK'): unknown =>
    fake.customers.subscriptions.set(customer, [{ channel: 'MOBILE', priority, type }]);

  it('are in the message, and the preferred channel of the customer chooses the destination', async () => {
    fake.customers.tiers.set(customer, 'Gold');
    fake.customers.fields.set(customer, { preferred_channel: 'second' });
    expect(await delivered()).toMatchObject({ status: 'succeeded', destination: 'other' });
    expect(textsAt(other)).toEqual(['Gold 100']);
    fake.customers.fields.delete(customer);
    customers += 1;
    customer = customers;
    expect(await delivered()).toMatchObject({ status: 'succeeded', destination: 'main' });
    expect(textsAt(main)).toEqual(['Silver 100']);
  });

  it('are looked up again after an event about an opt-out, although the opt-in is cached', async () => {
    subscribe('OPTIN');
    expect(await delivered()).toMatchObject({ status: 'succeeded' });
    expect(await delivered()).toMatchObject({ status: 'succeeded' });
    subscribe('OPTOUT');
    const identifiers = { customerIdentifiers: { customerId: customer } };
    const changed = { ...pointsIssued(`opt-out-${customer}`, 0, identifiers), eventName: 'customerSubscription' };
    await hub.ingest('acme/capillary', changed, ACME_AUTH);
    expect(await delivered()).toMatchObject({ status: 'suppressed', reason: 'consent' });
    const looked = started.sandbox.requests.filter(({ path }) => path === `/v2/customers/${customer}`);
    expect(looked).toHaveLength(2);
  });

  it('are looked up again after an outage, and a message with an unknown state is not sent', async () => {
    started.sandbox.next(answer(503, 'down'));
    subscribe('OPTIN');
    expect(await delivered()).toMatchObject({ status: 'succeeded' });
    const looked = started.sandbox.requests.filter(({ path }) => path === `/v2/customers/${customer}`);
    expect(looked).toHaveLength(2);
    customers += 1;
    customer = customers;
    subscribe('PENDING');
    expect(await delivered()).toMatchObject({ status: 'suppressed', reason: 'consent' });
  });

  it('decide about transactional messages by the priority TRANS', async () => {
    const receipt = (): Promise<unknown> => delivered('uncached', 'pointsRedeemed', 1);
    subscribe('OPTOUT');
    expect(await receipt()).toMatchObject({ status: 'succeeded' });
    subscribe('OPTOUT', 'TRANS');
    expect(await receipt()).toMatchObject({ status: 'suppressed', reason: 'consent' });
  });

  it('may be old during an outage, except the consent', async () => {
    subscribe('OPTIN');
    expect(await delivered('uncached')).toMatchObject({ status: 'succeeded' });
    const down = answer(503, 'down');
    for (const route of ['points', 'tier']) started.sandbox.always(down, route);
    expect(await delivered('uncached')).toMatchObject({ status: 'succeeded' });
    started.sandbox.next(down);
    subscribe('OPTOUT');
    expect(await delivered('uncached')).toMatchObject({ status: 'suppressed', reason: 'consent' });
    for (const route of ['points', 'tier']) started.sandbox.always(undefined, route);
  });
});
