import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { discoverSandboxes, startSandbox, type Sandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const definition = (await discoverSandboxes(resolve('plugins'))).find(({ type }) => type === 'medallia-survey');
if (definition === undefined) throw new Error(`${join('plugins', 'medallia-survey')} has no sandbox.`);
const medallia = definition;

const environment = (survey: Sandbox, hook: Receiver): Record<string, string> => ({
  ACME_TOKEN,
  HOOK: hook.url,
  HOOK_TOKEN: 'invented-hook-token',
  ...Object.fromEntries(
    Object.entries(survey.credentials).map(([name, value]) => [
      `SURVEY_${name}`,
      JSON.stringify(value).replaceAll('"', ''),
    ]),
  ),
});

/** Brand with a survey per customer, a webhook with a daily quota, and a webhook that waits before it sends. */
function brand({ type, credentials, settings }: Sandbox): string {
  const secret = Object.fromEntries(Object.keys(credentials).map((name) => [name, `\${env:SURVEY_${name}}`]));
  const source = { adapter: 'capillary', auth: { headers: { 'x-acme-token': ['${env:ACME_TOKEN}'] } } };
  const hook = (messaging: object) => ({
    ...{ type: 'webhook', credentials: { bearer: '${env:HOOK_TOKEN}' }, settings: { url: '${env:HOOK}' } },
    messaging,
  });
  const subscription = (destination: string, events: string, mapping?: object) => ({
    ...{ source: 'capillary', events: [events], destination },
    ...(mapping && { mapping }),
  });
  const body = (name: string) => ({ body: { from: name, id: '{{ event.id }}' } });
  return JSON.stringify({
    brand: 'acme',
    timezone: 'Asia/Dubai',
    sources: { capillary: source },
    destinations: {
      survey: { type, credentials: secret, settings, messaging: { contactInterval: '30d' } },
      waiting: hook({ quota: { max: 2, per: '1d' } }),
      dropping: hook({ quota: { max: 2, per: '1d', excess: 'suppress' } }),
      slow: hook({ sendAfter: '2s' }),
    },
    subscriptions: {
      survey: subscription('survey', 'pointsIssued'),
      waiting: subscription('waiting', 'pointsRedeemed', body('waiting')),
      dropping: subscription('dropping', 'pointsRedeemed', body('dropping')),
      slow: subscription('slow', 'tierUpgraded', body('slow')),
    },
  });
}

describe('messaging rules of a destination', () => {
  let survey: StartedSandbox;
  let hook: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    hook = await startReceiver();
    survey = await startSandbox(medallia);
    hub = await startTestHub({
      brands: { acme: brand(survey.sandbox) },
      env: environment(survey.sandbox, hook),
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await survey.stop();
    await hook.close();
  });

  const event = (eventName: string, eventId: string, customerId = 700100200): object => ({
    ...pointsIssued(eventId, 80, { customerIdentifiers: { customerId, instore: { mobile: '919000000001' } } }),
    eventName,
  });
  const ingest = async (...events: object[]): Promise<void> => {
    expect((await hub.ingest('acme/capillary', events, ACME_AUTH)).status).toBe(202);
  };
  /** Returns the deliveries of a destination, oldest first. Waits until the condition is met. */
  const deliveries = (destination: string, fit: (found: readonly unknown[]) => boolean): Promise<readonly unknown[]> =>
    until(
      async () => {
        const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?destination=${destination}`);
        const found = (at(body, 'data') as readonly unknown[]).toReversed();
        return fit(found) ? found : undefined;
      },
      { what: `the deliveries of ${destination}`, timeoutMs: 30_000 },
    );
  const states = (found: readonly unknown[]): unknown[] => found.map((one) => at(one, 'status'));
  const from = (name: string): readonly unknown[] =>
    hook.received.map(({ body }) => at(JSON.parse(body), 'from')).filter((one) => one === name);

  it('contactInterval: a customer gets one survey, and the reason of the other is shown', async () => {
    await ingest(event('pointsIssued', 'survey-1'));
    await deliveries('survey', (found) => states(found).includes('succeeded'));
    await ingest(event('pointsIssued', 'survey-2'), event('pointsIssued', 'survey-3', 700100201));
    const found = await deliveries('survey', (all) => all.length === 3 && !states(all).includes('scheduled'));
    expect(states(found).toSorted()).toEqual(['succeeded', 'succeeded', 'suppressed']);
    const suppressed = found.find((one) => at(one, 'status') === 'suppressed');
    expect(at(suppressed, 'reason')).toBe('contact interval: 1 message per 30d, the customer has had one');
    expect(at(suppressed, 'explanation')).toContain('the customer has had a message of this destination');
  });

  it('quota: the messages over it wait for the next day, or are not sent', async () => {
    await ingest(...[1, 2, 3, 4].map((number) => event('pointsRedeemed', `quota-${number}`)));
    const dropped = await deliveries('dropping', (all) => all.length === 4 && !states(all).includes('scheduled'));
    expect(states(dropped).toSorted()).toEqual(['succeeded', 'succeeded', 'suppressed', 'suppressed']);
    const waiting = await deliveries(
      'waiting',
      (all) => all.length === 4 && all.every((one) => at(one, 'status') === 'succeeded' || at(one, 'reason') !== null),
    );
    expect(states(waiting).toSorted()).toEqual(['scheduled', 'scheduled', 'succeeded', 'succeeded']);
    const later = waiting.filter((one) => at(one, 'status') === 'scheduled');
    for (const one of later) {
      expect(at(one, 'reason')).toMatch(/^quota: 2 per 1d, waits until \d{4}-\d\d-\d\dT00:00\+04:00$/);
      expect(new Date(String(at(one, 'dueAt'))).toISOString()).toMatch(/T20:00:00\.000Z$/);
    }
    expect([from('waiting'), from('dropping')].map(({ length }) => length)).toEqual([2, 2]);
    const { body } = await hub.admin('GET', '/v1/brands/acme/destinations/waiting');
    expect(at(body, 'messaging')).toMatchObject({
      sendAfter: null,
      contactInterval: null,
      quota: { max: 2, per: '1d', excess: 'wait', used: 2, resetsAt: expect.stringMatching(/T20:00:00\.000Z$/) },
    });
  });

  it('sendAfter: the first attempt waits', async () => {
    await ingest(event('tierUpgraded', 'slow-1'));
    const [scheduled] = await deliveries('slow', (all) => all.length === 1);
    const created = Date.parse(String(at(scheduled, 'createdAt')));
    if (at(scheduled, 'status') === 'scheduled')
      expect(Date.parse(String(at(scheduled, 'dueAt')))).toBeGreaterThanOrEqual(created + 1_900);
    const [sent] = await deliveries('slow', (all) => states(all)[0] === 'succeeded');
    expect(Date.parse(String(at(sent, 'endedAt')))).toBeGreaterThanOrEqual(created + 1_900);
  });
});
