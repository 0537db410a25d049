import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CapillaryEnrichmentSpec } from '@patchbay/core';
import { isDeliveryError, type DeliveryError, type EventEnvelope } from '@patchbay/plugin-sdk';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  CAPILLARY_TILL,
  capillaryError,
  capillarySandbox,
  sampleCustomer,
  startSandbox,
  throttle,
  type Behaviour,
  type CapillarySandbox,
  type Sandbox,
} from '@patchbay/testing';
import { CapillaryClients } from '../../capillary/capillary-clients.js';
import { localHttp } from '../../testing/local-http.js';
import { sampleEvent } from '../../testing/sample-event.js';
import type { EnrichmentResult } from '../brand-enrichment.js';
import { openCapillary } from './open-capillary.js';

const MARKED = 'marked-personal-value';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface World {
  readonly capillary: Sandbox;
  readonly fake: CapillarySandbox;
  fetch(name: string, event?: Partial<EventEnvelope>): Promise<EnrichmentResult | undefined>;
}

async function world(also: Partial<CapillaryEnrichmentSpec> = {}): Promise<World> {
  const fake = capillarySandbox();
  const { sandbox: capillary, stop } = await startSandbox(fake.definition);
  const { http, close } = localHttp();
  closers.push(close, stop);
  const spec: CapillaryEnrichmentSpec = {
    baseUrl: capillary.baseUrl,
    auth: { kind: 'oauth', key: CAPILLARY_KEY, secret: CAPILLARY_SECRET },
    source: 'INSTORE',
    ratePerMinute: 60_000,
    timeoutMs: 5_000,
    retries: 0,
    cacheMs: 30_000,
    onFailure: 'retry',
    ...also,
  };
  const client = new CapillaryClients(http).of({ section: 'enrichment.capillary', ...spec });
  const enrichments = new Map(openCapillary(spec, client).map(([name, one]) => [name as string, one]));
  return { capillary, fake, fetch: async (name, event) => enrichments.get(name)?.fetch(sampleEvent(event)) };
}

async function failure(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!isDeliveryError(error)) throw new Error('expected a DeliveryError', { cause: error });
  expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/marked|invented|9000000|example\.com|7001002/);
  return error;
}

const paths = ({ requests }: Sandbox): string[] => requests.map(({ path }) => path);
const TOKEN = '/v3/oauth/token/generate';

describe('enrichments from Capillary', () => {
  it('return a customer as answered, with short paths and a recipient', async () => {
    const { fetch, capillary } = await world();
    const fetched = await fetch('customer');
    expect(fetched?.value).toMatchObject({
      ...sampleCustomer(700100200),
      firstName: 'Asha',
      lastName: 'Invented',
      mobile: '919000000001',
      email: 'asha@example.com',
      externalId: 'EXT-1',
      fields: { preferred_store: 'S1' },
      subscriptions: { sms: { BULK: 'OPTIN', TRANS: 'OPTIN' }, email: { BULK: 'OPTOUT' } },
    });
    expect(fetched?.recipient).toEqual({
      phone: '+919000000001',
      email: 'asha@example.com',
      firstName: 'Asha',
      lastName: 'Invented',
      smsOptIn: true,
      emailOptIn: false,
    });
    expect(paths(capillary)).toEqual([TOKEN, '/v2/customers/700100200']);
    expect(Object.fromEntries(capillary.requests[1]?.query ?? [])).toEqual({
      source: 'INSTORE',
      embed: 'subscriptions',
    });
    expect(capillary.requests[1]?.headers).toMatchObject({
      'x-cap-api-oauth-token': 'header.1.signature',
      accept: 'application/json',
    });
    expect(capillary.violations).toEqual([]);
  });

  it('use the profile of the source and account that the brand names', async () => {
    const { fetch, capillary } = await world({ source: 'WECHAT', accountId: 'w1' });
    expect((await fetch('customer'))?.recipient).toEqual({
      firstName: 'Other',
      lastName: 'Channel',
      smsOptIn: true,
      emailOptIn: false,
    });
    expect(capillary.requests[1]?.query.get('accountId')).toBe('w1');
  });

  it('return the balance of the programme that the brand names', async () => {
    const { fetch } = await world({ programId: '7' });
    expect(await fetch('points')).toMatchObject({
      value: { entityId: 700100200, mainPoints: 100, promisedPoints: 320, programId: 7 },
      recipient: {},
    });
  });

  it('return the tier in the programme of the brand', async () => {
    const { fetch, fake } = await world();
    fake.customers.tiers.set(700100200, 'Gold');
    expect((await fetch('tier'))?.value).toMatchObject({ currentSlab: 'Gold', nextSlab: 'Platinum', programId: 115 });
    expect(await (await world({ programId: '7' })).fetch('tier')).toBeUndefined();
    expect(await fetch('tier', { customerId: '700100404' })).toBeUndefined();
  });

  it('do not guess the tier of a customer with several programmes', async () => {
    const programmes = answer(200, {
      data: [
        { programId: 1, currentSlab: 'Gold' },
        { programId: 2, currentSlab: 'Base' },
      ],
    });
    const { fetch, capillary } = await world();
    capillary.next(programmes, 'tier');
    expect(await failure(fetch('tier'))).toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('programId'),
    });
    const second = await world({ programId: '2' });
    second.capillary.next(programmes, 'tier');
    expect((await second.fetch('tier'))?.value).toMatchObject({ currentSlab: 'Base' });
  });

  it('return a transaction, by the event’s own id and kind', async () => {
    const { fetch } = await world();
    const sale = await fetch('transaction', { data: { transactionId: 6600112233, billType: 'REGULAR' } });
    expect(sale?.value).toMatchObject({ id: 6600112233, type: 'REGULAR', billDetails: { amount: 2000 } });
    const back = await fetch('transaction', { data: { transactionId: 6600112233, billType: 'RETURN' } });
    expect(back?.value).toMatchObject({ type: 'RETURN' });
  });

  it('return nothing without an id or for an invalid id', async () => {
    const { fetch, capillary } = await world();
    expect(await fetch('customer', { customerId: null })).toBeUndefined();
    expect(await fetch('customer', { customerId: '../../v3/oauth' })).toBeUndefined();
    expect(await fetch('transaction')).toBeUndefined();
    expect(await fetch('transaction', { data: { transactionId: { a: 1 } } })).toBeUndefined();
    expect(capillary.requests).toHaveLength(0);
  });
});

describe('authentication', () => {
  it('fetches one token for all simultaneous requests', async () => {
    const { fetch, fake, capillary } = await world();
    capillary.next({ kind: 'slow', ms: 50 }, 'token');
    await Promise.all(
      ['customer', 'points', 'customer'].flatMap((name) => [fetch(name), fetch(name, { customerId: '700100201' })]),
    );
    expect(fake.tokens).toHaveLength(1);
    // The requests are one call for the token and two calls per customer.
    expect(capillary.requests).toHaveLength(5);
  });

  it('does not use a token that is about to expire', async () => {
    const { fetch, fake } = await world({ cacheMs: 0 });
    fake.ttlSeconds = 0;
    await fetch('customer');
    await fetch('customer');
    expect(fake.tokens).toHaveLength(2);
  });

  it('fetches a revoked token again, once for all requests that used it', async () => {
    const { fetch, fake } = await world({ cacheMs: 0 });
    await fetch('customer');
    fake.withdrawTokens();
    await Promise.all([fetch('customer'), fetch('points')]);
    expect(fake.tokens).toHaveLength(2);
  });

  it('reports a wrong secret after a single token call', async () => {
    const { fetch, capillary } = await world({ auth: { kind: 'oauth', key: CAPILLARY_KEY, secret: 'invented-wrong' } });
    expect(await failure(fetch('customer'))).toMatchObject({ kind: 'credentials' });
    expect(paths(capillary)).toEqual([TOKEN]);
  });

  it('reports a repeatedly refused token as an error, without a loop', async () => {
    const { fetch, capillary } = await world();
    capillary.always(answer(401, capillaryError(401, 401, MARKED).body));
    expect(await failure(fetch('customer'))).toMatchObject({ kind: 'credentials' });
    expect(paths(capillary)).toEqual([TOKEN, '/v2/customers/700100200', TOKEN, '/v2/customers/700100200']);
  });

  it.each<[string, Behaviour]>([
    ['no token', answer(200, { data: null, errors: null })],
    ['an empty token', answer(200, { data: { accessToken: '' }, errors: null })],
    ['an error with 200', answer(200, { data: null, errors: [{ code: 401, message: MARKED }] })],
    ['a 404, as from a wrong base URL', answer(404, MARKED)],
  ])('reports %s with a hint', async (_name, behaviour) => {
    const { fetch, capillary } = await world();
    capillary.next(behaviour, 'token');
    expect(await failure(fetch('customer'))).toMatchObject({ kind: 'credentials' });
    expect((await fetch('customer'))?.recipient['firstName']).toBe('Asha');
  });

  it('uses Basic authentication for a till’s user, with the password hashed as Capillary requires', async () => {
    const { fetch, capillary } = await world({ auth: { kind: 'basic', ...CAPILLARY_TILL } });
    expect((await fetch('customer'))?.recipient['firstName']).toBe('Asha');
    expect(paths(capillary)).toEqual(['/v2/customers/700100200']);
    const hashed = createHash('md5').update(CAPILLARY_TILL.password).digest('hex');
    expect(capillary.requests[0]?.basic()).toEqual({ username: CAPILLARY_TILL.username, password: hashed });
  });
});

describe('errors in Capillary’s answer bodies', () => {
  it.each([700100404, 700100410])('customer %d: not found', async (id) => {
    const { fetch } = await world();
    expect(await fetch('customer', { customerId: String(id) })).toBeUndefined();
    expect(await fetch('points', { customerId: String(id) })).toBeUndefined();
  });

  it.each<[string, Behaviour, Partial<DeliveryError>]>([
    ['521 with 200', answer(200, capillaryError(200, 521, MARKED).body), { kind: 'transient', vendorCode: '521' }],
    ['461 with 200', answer(200, capillaryError(200, 461, MARKED).body), { kind: 'transient', vendorCode: '461' }],
    ['403 with 200', answer(200, capillaryError(200, 403, MARKED).body), { kind: 'credentials', vendorCode: '403' }],
    ['8011 with 400', answer(400, capillaryError(400, 8011, MARKED).body), { kind: 'rejected', vendorCode: '8011' }],
    [
      '8013 beside 8015',
      answer(200, { errors: [{ code: 8015 }, { code: 8013, message: MARKED }] }),
      { kind: 'rejected', vendorCode: '8013' },
    ],
    ['an error without a code', answer(200, { errors: [MARKED] }), { kind: 'rejected' }],
    ['500 as text', answer(500, MARKED), { kind: 'transient' }],
    ['429', throttle(5, MARKED), { kind: 'throttled', retryAfterMs: 5_000 }],
    ['HTML', answer(200, `<html>${MARKED}</html>`), { kind: 'transient' }],
    ['a list', answer(200, [MARKED]), { kind: 'transient' }],
    ['another customer', answer(200, { ...sampleCustomer(700100201), firstName: MARKED }), { kind: 'transient' }],
    ['nobody', answer(200, { profiles: [] }), { kind: 'transient' }],
  ])('%s', async (_name, behaviour, expected) => {
    const { fetch, capillary } = await world({ timeoutMs: 1_000 });
    capillary.always(behaviour);
    expect(await failure(fetch('customer'))).toMatchObject(expected);
    expect(capillary.requests).toHaveLength(2);
  });

  it('8015 with 404, and an empty list of errors, are not errors', async () => {
    const { fetch, capillary } = await world({ cacheMs: 0 });
    capillary.next(answer(404, capillaryError(404, 8015, MARKED).body));
    expect(await fetch('customer')).toBeUndefined();
    capillary.next(answer(200, { ...sampleCustomer(700100200), errors: [] }));
    expect(await fetch('customer')).toBeDefined();
  });

  it('the account that a customer was merged into is accepted as the customer', async () => {
    const { fetch, capillary } = await world();
    const warnings = [
      { status: true, code: 91009, message: 'Retrieved survivor account for the requested merge victim' },
    ];
    capillary.next(answer(200, { ...sampleCustomer(700100201), warnings }));
    expect((await fetch('customer'))?.value).toMatchObject({ id: 700100201 });
  });

  it('fetching a token and calling share one time limit', async () => {
    const { fetch, capillary } = await world({ timeoutMs: 400 });
    capillary.next({ kind: 'slow', ms: 300 }, 'token');
    capillary.next({ kind: 'hang' });
    // The token took 300 ms, so the call may take only the remaining 100 ms.
    expect(await failure(fetch('customer'))).toMatchObject({
      kind: 'transient',
      message: 'enrichment.capillary: no answer within the time limit',
    });
  });

  it('a busy answer is retried within the lookup', async () => {
    const { fetch, capillary } = await world({ retries: 2 });
    capillary.next(answer(200, capillaryError(200, 521, MARKED).body));
    expect(await fetch('customer')).toBeDefined();
    expect(capillary.requests).toHaveLength(3);
  });
});

describe('the cache', () => {
  it('keeps each enrichment for its own time', async () => {
    const { fetch, capillary } = await world({ cacheMs: 30_000, cacheMsOf: { customer: 0 } });
    for (const name of ['customer', 'customer', 'tier', 'tier']) await fetch(name);
    expect(paths(capillary)).toEqual([
      TOKEN,
      '/v2/customers/700100200',
      '/v2/customers/700100200',
      '/v2/customers/700100200/loyaltyDetails',
    ]);
  });
});

describe('old answers', () => {
  const outages: readonly (readonly [string, Behaviour])[] = [
    ['503', answer(503, MARKED)],
    ['429', throttle(5, MARKED)],
  ];
  const cases = outages.flatMap(([outage, behaviour]) => [
    ...['points', 'tier'].map((name) => ({ name, outage, behaviour, staleIfErrorMs: 60_000, isUsed: true })),
    ...['points', 'tier'].map((name) => ({ name, outage, behaviour, staleIfErrorMs: undefined, isUsed: false })),
    { name: 'customer', outage, behaviour, staleIfErrorMs: 60_000, isUsed: false },
  ]);

  it.each(cases)(
    '$name after $outage with $staleIfErrorMs: used $isUsed',
    async ({ name, behaviour, isUsed, staleIfErrorMs }) => {
      const { fetch, capillary } = await world({ cacheMs: 0, ...(staleIfErrorMs && { staleIfErrorMs }) });
      const first = await fetch(name);
      expect(first).toBeDefined();
      capillary.always(behaviour, name === 'customer' ? undefined : name);
      if (isUsed) expect(await fetch(name)).toEqual(first);
      else await failure(fetch(name));
    },
  );

  it.each(['OPTIN', 'OPTOUT'])('never decide the consent: %s', async (type) => {
    const { fetch, fake, capillary } = await world({ cacheMs: 0, staleIfErrorMs: 60_000 });
    fake.customers.subscriptions.set(700100200, [{ channel: 'MOBILE', priority: 'BULK', type }]);
    expect((await fetch('customer'))?.recipient['smsOptIn']).toBe(type === 'OPTIN');
    capillary.always(answer(503, MARKED));
    expect(await failure(fetch('customer'))).toMatchObject({ kind: 'transient' });
  });

  it('are not used if Capillary refuses the credentials, or if the customer is unknown', async () => {
    const { fetch, capillary } = await world({ cacheMs: 0, staleIfErrorMs: 60_000 });
    await fetch('points');
    capillary.always(answer(403, MARKED), 'points');
    expect(await failure(fetch('points'))).toMatchObject({ kind: 'credentials' });
    capillary.always(answer(404, MARKED), 'points');
    expect(await fetch('points')).toBeUndefined();
  });
});

describe('the rate', () => {
  it("never exceeds the brand's limit, and rejects a call that would wait too long without counting an attempt", async () => {
    const { fetch, capillary } = await world({ ratePerMinute: 10, timeoutMs: 1_000, cacheMs: 0 });
    const asked = Array.from({ length: 20 }, (_, index) => fetch('points', { customerId: String(700100200 + index) }));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as DeliveryError] : [],
    );
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['throttled']));
    expect(refused.every(({ retryAfterMs = 0 }) => retryAfterMs > 5_000 && retryAfterMs <= 7_000)).toBe(true);
    expect(paths(capillary)).toEqual([TOKEN, '/v2/customers/700100200/points/balance']);
  });

  it('pauses for all calls if Capillary asks for it', async () => {
    const { fetch, capillary } = await world({ timeoutMs: 1_000 });
    capillary.next(throttle(30));
    await failure(fetch('customer'));
    const before = capillary.requests.length;
    expect(await failure(fetch('points'))).toMatchObject({ kind: 'throttled' });
    expect(capillary.requests).toHaveLength(before);
  });
});
