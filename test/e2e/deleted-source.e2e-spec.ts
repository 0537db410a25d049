import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const SECRET = 'invented-bearer-1';
const AUTH = { authorization: `Bearer ${SECRET}` };
/**
 * Mapping that reads recipient data of the source's adapter: the customer's phone number, which is encrypted with the
 * event.
 */
const MAPPING = { body: { id: '{{ event.id }}', from: '{{ event.source }}', phone: '{{ recipient.phone }}' } };
const SOURCE = { adapter: 'capillary', auth: { bearer: [SECRET] } };
const SUBSCRIPTION = { events: ['*'], destination: 'crm', mapping: MAPPING };

describe('an event whose source was deleted since', () => {
  let receiver: Receiver;
  let hub: TestHub;
  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  /** Name of the brand of the current test. Each test uses another brand. */
  let brand: string;
  let brands = 0;
  beforeEach(() => {
    brand = `brand-${++brands}`;
  });

  const crm = (): object => ({
    type: 'webhook',
    credentials: { bearer: SECRET },
    settings: { url: receiver.url },
    retry: { schedule: ['0s', '1s', '1s'] },
  });
  async function done(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await hub.admin(method, path, body);
    expect({ status: answer.status < 300, text: answer.text }).toMatchObject({ status: true });
    return answer;
  }
  /** Waits for deliveries, and returns the events that were delivered after the first `before` events. */
  async function delivered(count: number, before: number): Promise<readonly unknown[]> {
    const all = await receiver.atLeast(before + count);
    return all.slice(before).map(({ body }): unknown => JSON.parse(body));
  }
  async function ingested(source: string, count: number): Promise<string[]> {
    const { events } = await hub.ingest(
      `${brand}/${source}`,
      Array.from({ length: count }, (_, index) => pointsIssued(`${brand}-${index}`)),
      AUTH,
    );
    expect(events).toHaveLength(count);
    return events.map(({ id }) => id);
  }
  const sent = (ids: readonly string[], from: string): unknown =>
    expect.arrayContaining(ids.map((id) => ({ id, from, phone: '+919000000001' })));
  const faults = (): readonly string[] => hub.log.filter((line) => line.includes('is not in the configuration'));

  it('is delivered once its destination is resumed, and can be replayed', async () => {
    const path = `/v1/brands/${brand}`;
    await done('POST', '/v1/brands', { name: brand });
    await done('POST', `${path}/sources`, { name: 'shop', ...SOURCE });
    await done('POST', `${path}/destinations`, { name: 'crm', ...crm() });
    await done('POST', `${path}/subscriptions`, { name: 'all', source: 'shop', ...SUBSCRIPTION });
    await done('POST', `${path}/destinations/crm/pause`);
    const ids = await ingested('shop', 3);

    await done('DELETE', `${path}/subscriptions/all`);
    await done('DELETE', `${path}/sources/shop`);
    // A new source with the same name but another adapter is a different source.
    await done('POST', `${path}/sources`, { name: 'shop', adapter: 'json', auth: { bearer: ['invented-bearer-2'] } });
    expect((await hub.ingest(`${brand}/shop`, pointsIssued('late'), AUTH)).status).toBe(401);
    expect(at((await done('GET', `${path}/sources`)).body, 'data')).toHaveLength(2);

    const before = receiver.received.length;
    await done('POST', `${path}/destinations/crm/resume`);
    expect(await delivered(3, before)).toEqual(sent(ids, 'shop'));

    const replayed = receiver.received.length;
    const filter = { customer: '700100200' };
    await done('POST', `${path}/replays`, { filter, mapping: 'recorded', includeSucceeded: true });
    expect(await delivered(3, replayed)).toEqual(sent(ids, 'shop'));
    expect(faults()).toEqual([]);
  });

  it('is delivered by its next attempt if its file renamed the source', async () => {
    const file = (source: string): object => ({
      files: [
        {
          file: `${brand}.yaml`,
          content: {
            brand,
            sources: { [source]: SOURCE },
            destinations: { crm: crm() },
            subscriptions: { all: { source, ...SUBSCRIPTION } },
          },
          interpolated: [`sources.${source}.auth.bearer[0]`, 'destinations.crm.credentials.bearer'],
        },
      ],
      prune: true,
    });
    await done('POST', '/v1/apply', file('old'));
    receiver.answer(503);
    const before = receiver.received.length;
    const ids = await ingested('old', 1);
    await receiver.atLeast(before + 1);
    await done('POST', '/v1/apply', file('new'));
    receiver.answer(204);
    await until(
      async () => {
        const { body } = await done('GET', `/v1/brands/${brand}/events/${String(ids[0])}`);
        return JSON.stringify(body).includes('"succeeded"');
      },
      { what: 'the event to be delivered', timeoutMs: 15_000 },
    );
    expect(await delivered(1, receiver.received.length - 1)).toEqual(sent(ids, 'old'));
    expect(faults()).toEqual([]);
  });
});
