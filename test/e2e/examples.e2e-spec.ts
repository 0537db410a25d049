import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSandbox, startSandboxHub, type SandboxHub, type StartedSandbox } from '@patchbay/testing';
import {
  ASHA,
  eventOf,
  EXAMPLE_HEADER,
  exampleCrm,
  EXPECTED,
  LAYLA,
  sandboxBrand,
  type Person,
} from '@patchbay/testing/examples';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const TOKEN = 'invented-source-token';
const AUTH = { [EXAMPLE_HEADER]: TOKEN };

/** Customers without a device or without an e-mail address. */
const NO_DEVICE: Person = { ...ASHA, customerId: '700100401', mobile: '919000000041', device: '' };
const NO_EMAIL: Person = { ...LAYLA, customerId: '700100501', mobile: '971500000051', email: '' };

describe('the example configurations, from the ingest endpoint to the vendors', () => {
  let vendors: SandboxHub;
  let crm: StartedSandbox;
  let hub: TestHub;
  let events = 0;

  beforeAll(async () => {
    vendors = await startSandboxHub({ pluginsDir: resolve('plugins'), port: 0 });
    crm = await startSandbox(exampleCrm([ASHA, LAYLA, NO_DEVICE, NO_EMAIL]));
    const { file, variables } = sandboxBrand(vendors.sandboxes, { crmUrl: crm.sandbox.baseUrl, sourceToken: TOKEN });
    // The brand's caps are removed, because these tests send more messages than the daily cap allows.
    const { messaging: _caps, ...uncapped } = file;
    hub = await startTestHub({ brands: { acme: JSON.stringify(uncapped) }, env: variables });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await crm.stop();
    await vendors.stop();
  });

  /** Sends documented events about a customer in one call. Returns the ids of the stored events. */
  const send = async (person: Person, ...types: string[]): Promise<readonly string[]> => {
    const bodies = types.map((type) => eventOf(type, person, `example-${++events}`, events));
    const answer = await hub.ingest('acme/capillary', bodies, AUTH);
    expect([answer.status, answer.events.map(({ status }) => status)]).toEqual([202, types.map(() => 'accepted')]);
    return answer.events.map(({ id }) => id);
  };

  const deliveriesOf = async (subscription: string, eventId: string): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?subscription=${subscription}&limit=100`);
    const found = at(body, 'data') as readonly unknown[] | undefined;
    return (found ?? []).filter((one) => at(one, 'eventId') === eventId);
  };

  /** Waits until all deliveries of the event have ended, then returns the newest delivery. */
  const ended = (subscription: string, eventId: string, deliveries = 1): Promise<unknown> =>
    until(
      async () => {
        const found = await deliveriesOf(subscription, eventId);
        const over = found.length >= deliveries && found.every((one) => at(one, 'status') !== 'scheduled');
        return over ? found : undefined;
      },
      { what: `${deliveries} ended deliveries of ${subscription}`, timeoutMs: 25_000 },
    );

  const inbox = () => [...vendors.sandboxes.values()].flatMap((sandbox) => sandbox.inbox);
  const texts = (to: string) =>
    inbox()
      .filter((message) => message.to === to)
      .map(({ text, subject }) => (subject === undefined ? { text } : { text, subject }));

  const addresses = ({ mobile, email, device }: Person): readonly string[] => [`+${mobile}`, email, device];

  it.each(EXPECTED.filter(({ step }) => step === undefined))(
    '$subscription says what it should in both languages',
    async ({ subscription, event, en, ar }) => {
      for (const [person, says] of [
        [ASHA, en],
        [LAYLA, ar],
      ] as const) {
        const [eventId = ''] = await send(person, event);
        expect(await ended(subscription, eventId)).toMatchObject([{ status: 'succeeded' }]);
        expect(addresses(person).flatMap(texts)).toContainEqual(says);
      }
    },
  );

  it.each([
    ['points-earned', 'pointsIssued', NO_DEVICE, 'en'],
    ['transfer-received', 'pointsTransferredReceived', NO_DEVICE, 'en'],
    ['tier-upgraded', 'tierUpgraded', NO_DEVICE, 'en'],
  ] as const)('%s falls back to an SMS where there is no device', async (subscription, event, person, language) => {
    const [eventId = ''] = await send(person, event);
    const deliveries = await ended(subscription, eventId, 2);
    expect(at(deliveries, 'length')).toBe(2);
    const step = EXPECTED.find((one) => one.subscription === subscription && one.step === 1);
    expect(texts(`+${person.mobile}`)).toContainEqual(step?.[language]);
  });

  it('points-expiry falls back to an SMS if there is no e-mail address', async () => {
    const [eventId = ''] = await send(NO_EMAIL, 'pointsExpiryReminder');
    await ended('points-expiry', eventId, 2);
    const step = EXPECTED.find((one) => one.subscription === 'points-expiry' && one.step === 1);
    expect(texts(`+${NO_EMAIL.mobile}`)).toContainEqual(step?.ar);
  });

  it('points-earned collects the events of its digest window', async () => {
    // A later event has a higher balance. The message must contain the balance of the latest event, regardless of the
    // order in which the events arrive.
    const bodies = [300, 100, 200].map((balance) => {
      const event = JSON.stringify(eventOf('pointsIssued', LAYLA, `gathered-${balance}`, balance));
      return event.replace('"programCurrentPoints":120', `"programCurrentPoints":${balance}`);
    });
    expect((await hub.ingest('acme/capillary', `[${bodies.join(',')}]`, AUTH)).status).toBe(202);
    const gathered = { subject: 'نقاط جديدة', text: 'حصلت على 360 نقطة من 3 عمليات شراء. رصيدك 300.' };
    await until(() => texts(LAYLA.device).some(({ text }) => text === gathered.text), { what: 'a digest of three' });
  });

  it('points-earned ignores points that were reversed', async () => {
    const [eventId = ''] = await send(ASHA, 'pointsIssued', 'issuedPointsReversed');
    expect(await ended('points-earned', eventId)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('transaction-survey uses the language of the customer', async () => {
    const [eventId = ''] = await send(LAYLA, 'transactionAdded');
    expect(await ended('transaction-survey', eventId)).toMatchObject([{ status: 'succeeded' }]);
    const records = vendors.sandboxes.get('medallia-survey')?.inbox.map(({ text }) => text) ?? [];
    expect(records.at(-1)).toMatch(/"?locale"?[=:] ?"?ar/);
  });

  it('shop-balance sets the newest balance in the shop', async () => {
    const [, redeemed = ''] = await send(ASHA, 'pointsIssued', 'pointsRedeemed');
    expect(await ended('shop-balance', redeemed)).toMatchObject([{ status: 'succeeded' }]);
    const states = vendors.sandboxes.get('magento-loyalty')?.inbox.filter(({ to }) => to === ASHA.email) ?? [];
    expect(states.at(-1)?.text).toContain('loyalty_points=80');
  });

  it('sends only messages that the vendors accept', () => {
    expect([...vendors.sandboxes.values()].flatMap(({ violations }) => violations)).toEqual([]);
  });
});
