import { afterEach, describe, expect, it } from '@jest/globals';
import { isDeliveryError, type DeliveryError, type EventEnvelope } from '@patchbay/plugin-sdk';
import {
  HashedIdentifierError,
  type Recipient,
  type RecipientResolverSpec,
  type RecipientSource,
} from '@patchbay/core';
import { answer, startSandbox, throttle, type Behaviour, type Sandbox } from '@patchbay/testing';
import { CRM_TOKEN, fakeCrm } from '../testing/fake-crm.js';
import { localHttp } from '../testing/local-http.js';
import { sampleEvent } from '../testing/sample-event.js';
import { createHttpRecipientSource } from './http-recipient-source.js';

const contacts = {
  '700100200': { mobile: '+919000000001', email: 'asha@example.com', smsOptIn: true },
  '700100201': { mobile: '+919000000002', email: 'ravi@example.com' },
  'a/b c': { mobile: '+919000000003', email: 'odd@example.com' },
};
const HASHED = `hash:${'0a'.repeat(32)}`;
const MARKED = 'marked-personal-value';
const mapping = { phone: '{{ body.mobile }}', email: '{{ body.email }}', smsOptIn: '{{ body.smsOptIn }}' };
const ASHA = { phone: '+919000000001', email: 'asha@example.com', smsOptIn: true };
const RAVI = { phone: '+919000000002', email: 'ravi@example.com' };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface World {
  readonly crm: Sandbox;
  readonly source: RecipientSource;
  /** Changes the brand's configuration. */
  configure(also: Partial<RecipientResolverSpec>): void;
  resolve(event?: Partial<EventEnvelope>, signal?: AbortSignal): Promise<Recipient>;
  invalidate(brandId?: string): void;
}

async function world(
  also: Partial<RecipientResolverSpec> = {},
  path = '/contacts/{{ event.customerId }}',
): Promise<World> {
  const { sandbox: crm, stop } = await startSandbox(fakeCrm(contacts));
  const { http, close } = localHttp();
  closers.push(close, stop);
  const base: RecipientResolverSpec = {
    type: 'http',
    url: `${crm.baseUrl}${path}`,
    method: 'GET',
    headers: { authorization: `Bearer ${CRM_TOKEN}` },
    mapping,
    timeoutMs: 5_000,
    retries: 0,
    cacheMs: 60_000,
  };
  let spec: RecipientResolverSpec = { ...base, ...also };
  const source = createHttpRecipientSource((brandId) => (brandId === 'b1' ? spec : undefined), http);
  return {
    crm,
    source,
    configure: (more) => {
      spec = { ...base, ...also, ...more };
    },
    resolve: (event, signal = new AbortController().signal) =>
      source.resolve({ event: sampleEvent(event), brandId: 'b1', enriched: {} }, signal),
    invalidate: (brandId = 'b1') => source.invalidate?.(brandId),
  };
}

async function failure(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!isDeliveryError(error)) throw new Error('expected a DeliveryError', { cause: error });
  // Logs and attempts contain nothing of the answer, in all cases.
  expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/marked|9000000|example\.com|invented/);
  expect(error.response).toBeUndefined();
  return error;
}

const events = (...customerIds: string[]): Partial<EventEnvelope>[] =>
  customerIds.map((customerId) => ({ customerId }));

describe('looking up one customer in a CRM', () => {
  it('maps the answer', async () => {
    const { resolve, crm } = await world();
    expect(await resolve()).toEqual(ASHA);
    expect(crm.requests[0]).toMatchObject({ method: 'GET', path: '/contacts/700100200' });
    expect(crm.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${CRM_TOKEN}`,
      accept: 'application/json',
    });
  });

  it('encodes the customer’s id within its URL segment', async () => {
    const { resolve, crm } = await world();
    expect(await resolve({ customerId: 'a/b c' })).toEqual({ phone: '+919000000003', email: 'odd@example.com' });
    expect(await resolve({ customerId: '../lists/700100200?x=1#' })).toEqual({});
    expect(crm.requests.map(({ path }) => path)).toEqual([
      '/contacts/a%2Fb%20c',
      '/contacts/..%2Flists%2F700100200%3Fx%3D1%23',
    ]);
    expect((await failure(resolve({ customerId: '..' }))).kind).toBe('mapping');
    expect(crm.requests).toHaveLength(2);
  });

  it.each<[string, Behaviour]>([
    ['404', answer(404, { error: MARKED })],
    ['410', answer(410)],
    ['204', answer(204)],
    ['an empty body', answer(200)],
    ['null', answer(200, 'null')],
  ])('finds nobody on %s, and does not cache that', async (_name, behaviour) => {
    const { resolve, crm } = await world();
    crm.next(behaviour);
    expect(await resolve()).toEqual({});
    expect(await resolve()).toEqual(ASHA);
  });

  it('makes no call if the event names no customer', async () => {
    const { resolve, crm } = await world();
    expect(await resolve({ customerId: null })).toEqual({});
    expect(crm.requests).toHaveLength(0);
  });

  it('makes no call for a hashed identifier', async () => {
    for (const also of [{}, { method: 'POST' as const, body: { id: '{{ event.customerId }}' } }]) {
      const { crm, resolve } = await world(also, 'body' in also ? '/contacts' : undefined);
      await expect(resolve({ customerId: HASHED })).rejects.toThrow(HashedIdentifierError);
      expect(crm.requests).toEqual([]);
    }
    const byData = await world({}, '/contacts/{{ data.bill }}');
    await expect(byData.resolve({ data: { bill: HASHED } })).rejects.toThrow(HashedIdentifierError);
    expect(byData.crm.requests).toEqual([]);
    const cut = await world({}, '/contacts/{{ event.customerId | slice: 0, 20 }}');
    await expect(cut.resolve({ customerId: HASHED })).rejects.toThrow(HashedIdentifierError);
  });

  it('returns nothing for a brand without a resolver', async () => {
    const { source } = await world();
    const query = { event: sampleEvent(), brandId: 'b2', enriched: {} };
    expect(await source.resolve(query, new AbortController().signal)).toEqual({});
  });

  it('sends a body if the brand configures one', async () => {
    const { resolve, crm } = await world(
      {
        method: 'POST',
        body: { ids: ['{{ event.customerId }}'] },
        mapping: { phone: '{{ body.page.byId["700100200"].mobile }}' },
      },
      '/search',
    );
    expect(await resolve()).toEqual({ phone: '+919000000001' });
    expect(crm.requests[0]?.json()).toEqual({ ids: ['700100200'] });
  });

  it('neither renders templates from an answer nor sets a prototype', async () => {
    const { resolve, crm } = await world({ mapping: { phone: '{{ body.mobile }}', all: '{{ body.rest }}' } });
    crm.next(answer(200, '{"mobile":"{{ body.secret }}","secret":"x","rest":{"__proto__":{"polluted":true},"a":1}}'));
    expect(await resolve()).toEqual({ phone: '{{ body.secret }}', all: { a: 1 } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an answer about another customer', () => {
  it('is neither used nor cached', async () => {
    const { resolve, crm } = await world({ customerId: '{{ body.id }}' });
    crm.next(answer(200, { id: '700100201', mobile: MARKED }));
    expect(await failure(resolve())).toMatchObject({
      kind: 'transient',
      message: 'recipients.resolver: the answer is about another customer and is not used',
    });
    expect(await resolve()).toEqual(ASHA);
  });

  it('includes an answer without a customer id', async () => {
    const { resolve, crm } = await world({ customerId: '{{ body.id }}' });
    crm.next(answer(200, { mobile: MARKED }));
    await failure(resolve());
  });

  it('is never used for another customer with the same URL', async () => {
    const { resolve, crm } = await world({ customerId: '{{ body.id }}' }, '/contacts/700100200');
    expect(await resolve()).toEqual(ASHA);
    await failure(resolve({ customerId: '700100201' }));
    expect(crm.requests).toHaveLength(2);
  });
});

describe('a CRM that fails', () => {
  it.each<[string, Behaviour, Partial<DeliveryError>]>([
    ['500', answer(500, { error: MARKED }), { kind: 'transient' }],
    ['503 with a wait', answer(503, MARKED, { 'retry-after': '7' }), { kind: 'transient', retryAfterMs: 7_000 }],
    ['429 with a wait', throttle(9, MARKED), { kind: 'throttled', retryAfterMs: 9_000 }],
    ['429 without one', answer(429, MARKED), { kind: 'throttled', retryAfterMs: 30_000 }],
    ['401', answer(401, MARKED), { kind: 'credentials' }],
    ['403', answer(403, MARKED), { kind: 'credentials' }],
    ['400', answer(400, MARKED), { kind: 'rejected' }],
    ['a redirect', answer(302, MARKED, { location: 'http://127.0.0.1:1/' }), { kind: 'rejected' }],
    ['HTML', answer(200, `<html>${MARKED}</html>`), { kind: 'transient' }],
    ['10 MB', answer(200, `"${MARKED.repeat(500_000)}"`), { kind: 'transient' }],
    [
      'JSON nested too deeply',
      answer(200, `${'['.repeat(5_000)}"${MARKED}"${']'.repeat(5_000)}`),
      { kind: 'transient' },
    ],
    ['a connection reset', { kind: 'resetAfterRead' }, { kind: 'transient' }],
    ['a connection reset before it read', { kind: 'resetBeforeRead' }, { kind: 'transient' }],
  ])('%s is reported by its kind, without the answer, and not cached', async (_name, behaviour, expected) => {
    const { resolve, crm } = await world();
    crm.next(behaviour);
    expect(await failure(resolve())).toMatchObject(expected);
    expect(await resolve()).toEqual(ASHA);
  });

  it('an answer that does not fit its mapping is reported without the value', async () => {
    const { resolve, crm } = await world({ mapping: { phone: '{{ body.mobile | e164 }}' } });
    crm.next(answer(200, { mobile: `not a number ${MARKED}` }));
    expect(await failure(resolve())).toMatchObject({ kind: 'mapping' });
  });

  it('is not waited for beyond the time limit', async () => {
    const { resolve, crm } = await world({ timeoutMs: 100, retries: 3 });
    crm.always({ kind: 'hang' });
    expect((await failure(resolve())).message).toContain('no answer within the time limit');
  });

  it('is retried a few times if that may help, and otherwise not', async () => {
    const { resolve, crm } = await world({ retries: 2 });
    crm.next(answer(500));
    crm.next({ kind: 'resetAfterRead' });
    expect(await resolve()).toEqual(ASHA);
    expect(crm.requests).toHaveLength(3);

    crm.clear();
    crm.always(answer(500));
    await failure(resolve({ customerId: '700100201' }));
    expect(crm.requests).toHaveLength(3);

    crm.clear();
    crm.always(answer(401));
    await failure(resolve({ customerId: '700100201' }));
    expect(crm.requests).toHaveLength(1);
  });

  it('is not called at an address that the operator did not allow', async () => {
    const { crm, configure, resolve } = await world();
    configure({ url: crm.baseUrl.replace('127.0.0.1', '127.0.0.2') + '/contacts/{{ event.customerId }}' });
    expect((await failure(resolve())).message).toContain('PATCHBAY_EGRESS_ALLOW');
    expect(crm.requests).toHaveLength(0);
  });
});

describe('caching', () => {
  it('uses one call for all simultaneous and soon following lookups', async () => {
    const { resolve, crm } = await world();
    const all = await Promise.all(Array.from({ length: 50 }, () => resolve()));
    expect(all).toEqual(Array.from({ length: 50 }, () => ASHA));
    expect(await resolve({ id: 'another', type: 'pointsRedeemed' })).toEqual(ASHA);
    expect(crm.requests).toHaveLength(1);
    expect(await resolve({ customerId: '700100201' })).toEqual(RAVI);
    expect(crm.requests).toHaveLength(2);
  });

  it('is off if the brand configures it', async () => {
    const { resolve, crm } = await world({ cacheMs: 0 });
    await resolve();
    await resolve();
    expect(crm.requests).toHaveLength(2);
  });

  it('drops the answers of an invalidated brand only', async () => {
    const { resolve, invalidate, crm } = await world();
    await resolve();
    invalidate('another');
    await resolve();
    expect(crm.requests).toHaveLength(1);
    invalidate();
    await resolve();
    expect(crm.requests).toHaveLength(2);
  });

  it('survives a revision that does not change the settings, and only that', async () => {
    const { resolve, crm, configure } = await world();
    await resolve();
    configure({});
    await resolve();
    expect(crm.requests).toHaveLength(1);
    configure({ mapping: { phone: '{{ body.mobile }}' } });
    expect(await resolve()).toEqual({ phone: '+919000000001' });
    expect(crm.requests).toHaveLength(2);
  });

  it('lets other callers keep an answer when one of them stops', async () => {
    const { resolve, crm } = await world();
    crm.next({ kind: 'slow', ms: 100 });
    const stop = new AbortController();
    const stopped = resolve({}, stop.signal);
    const other = resolve();
    stop.abort();
    await expect(stopped).rejects.toThrow('the hub is stopping');
    expect(isDeliveryError(await stopped.catch((error: unknown) => error))).toBe(false);
    expect(await other).toEqual(ASHA);
  });
});

describe('looking up many customers per call', () => {
  const bulk = { size: 3, withinMs: 20 };

  it('collects customers, and matches list items by their ids', async () => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    const asked = events('700100200', '700100201', '700100200').map((event) => resolve(event));
    expect(await Promise.all(asked)).toEqual([ASHA, RAVI, ASHA]);
    expect(crm.requests.map(({ path }) => path)).toEqual(['/lists/700100200,700100201']);
  });

  it('calls when the batch is full, or when the first lookup has waited long enough', async () => {
    const { resolve, crm } = await world({ bulk, cacheMs: 0 }, '/lists/{{ event.customerId }}');
    const asked = events('1', '2', '3', '4').map((event) => resolve(event));
    await Promise.all(asked);
    expect(crm.requests.map(({ path }) => path)).toEqual(['/lists/1,2,3', '/lists/4']);
  });

  it('sends ids in a body and reads an object by id', async () => {
    const { resolve, crm } = await world(
      {
        bulk: { ...bulk, items: '{{ body.page.byId }}' },
        method: 'POST',
        body: { ids: '{{ customerIds }}' },
        customerId: '{{ body.id }}',
      },
      '/search',
    );
    const asked = events('700100200', 'unknown').map((event) => resolve(event));
    expect(await Promise.all(asked)).toEqual([ASHA, {}]);
    expect(crm.requests[0]?.json()).toEqual({ ids: ['700100200', 'unknown'] });
    expect(await resolve()).toEqual(ASHA);
    expect(crm.requests).toHaveLength(1);
  });

  it('ignores customers that were not requested, and items that name another customer', async () => {
    const { resolve, crm } = await world({ bulk, customerId: '{{ body.id }}' }, '/lists/{{ event.customerId }}');
    crm.next(answer(200, [{ id: '9', mobile: MARKED }, { mobile: MARKED }, null, 7]), 'list');
    expect(await resolve()).toEqual({});
    crm.next(answer(200, { '700100200': { id: '700100201', mobile: MARKED } }), 'list');
    expect(await resolve()).toEqual({});
    crm.next(answer(200, '{"__proto__":{"id":"700100200","mobile":"x"},"constructor":{"id":"constructor"}}'), 'list');
    expect(await resolve()).toEqual({});
  });

  it('leaves out a hashed identifier and looks up the others', async () => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    const asked = [resolve({ customerId: HASHED }).catch((error: unknown) => error), resolve()];
    expect(await Promise.all(asked)).toEqual([expect.any(HashedIdentifierError), ASHA]);
    expect(crm.requests.map(({ path }) => path)).toEqual(['/lists/700100200']);
  });

  it('isolates an invalid value of one customer', async () => {
    const { resolve, crm } = await world(
      { bulk, mapping: { phone: '{{ body.mobile | e164 }}' } },
      '/lists/{{ event.customerId }}',
    );
    const items = [
      { id: '700100200', mobile: '+919000000001' },
      { id: '700100201', mobile: MARKED },
      { id: '9', mobile: {} },
    ];
    crm.next(answer(200, items), 'list');
    const odd = failure(resolve({ customerId: '700100201' }));
    expect(await resolve()).toEqual({ phone: '+919000000001' });
    expect(await odd).toMatchObject({ kind: 'mapping' });
  });

  it('fails all lookups of a failed call, and no others', async () => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    crm.next(answer(500, MARKED), 'list');
    const asked = events('700100200', '700100201').map((event) => failure(resolve(event)));
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['transient', 'transient']);
    expect(await resolve()).toEqual(ASHA);
  });

  it.each<[string, Behaviour]>([
    ['404', answer(404)],
    ['text', answer(200, `"${MARKED}"`)],
    ['an empty body', answer(204)],
  ])('reports %s as an error, because a list of customers always exists', async (_name, behaviour) => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    crm.next(behaviour, 'list');
    await failure(resolve());
  });
});
