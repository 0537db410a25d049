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
  /** What the brand's configuration says from now on. */
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
  // Whatever happened, nothing of the answer is in what is logged and recorded.
  expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/marked|9000000|example\.com|invented/);
  expect(error.response).toBeUndefined();
  return error;
}

const events = (...customerIds: string[]): Partial<EventEnvelope>[] =>
  customerIds.map((customerId) => ({ customerId }));

describe('asking a CRM about one customer', () => {
  it('maps what it answers', async () => {
    const { resolve, crm } = await world();
    expect(await resolve()).toEqual(ASHA);
    expect(crm.requests[0]).toMatchObject({ method: 'GET', path: '/contacts/700100200' });
    expect(crm.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${CRM_TOKEN}`,
      accept: 'application/json',
    });
  });

  it('keeps the customer’s id within its place in the URL', async () => {
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
  ])('knows nobody on %s, and does not remember it', async (_name, behaviour) => {
    const { resolve, crm } = await world();
    crm.next(behaviour);
    expect(await resolve()).toEqual({});
    expect(await resolve()).toEqual(ASHA);
  });

  it('does not ask where the event names no customer', async () => {
    const { resolve, crm } = await world();
    expect(await resolve({ customerId: null })).toEqual({});
    expect(crm.requests).toHaveLength(0);
  });

  it('is not asked about a hash, which it could not know', async () => {
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

  it('is nobody’s source for a brand without a resolver', async () => {
    const { source } = await world();
    const query = { event: sampleEvent(), brandId: 'b2', enriched: {} };
    expect(await source.resolve(query, new AbortController().signal)).toEqual({});
  });

  it('sends a body where the brand says so', async () => {
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

  it('takes no template out of an answer, and no prototype', async () => {
    const { resolve, crm } = await world({ mapping: { phone: '{{ body.mobile }}', all: '{{ body.rest }}' } });
    crm.next(answer(200, '{"mobile":"{{ body.secret }}","secret":"x","rest":{"__proto__":{"polluted":true},"a":1}}'));
    expect(await resolve()).toEqual({ phone: '{{ body.secret }}', all: { a: 1 } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('an answer about somebody else', () => {
  it('is not used, and not remembered', async () => {
    const { resolve, crm } = await world({ customerId: '{{ body.id }}' });
    crm.next(answer(200, { id: '700100201', mobile: MARKED }));
    expect(await failure(resolve())).toMatchObject({
      kind: 'transient',
      message: 'recipients.resolver: it answered about another customer, so its answer is not used',
    });
    expect(await resolve()).toEqual(ASHA);
  });

  it('nor is one that does not say whose it is', async () => {
    const { resolve, crm } = await world({ customerId: '{{ body.id }}' });
    crm.next(answer(200, { mobile: MARKED }));
    await failure(resolve());
  });

  it('is never taken for another customer’s with the same URL', async () => {
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
    ['JSON without end', answer(200, `${'['.repeat(5_000)}"${MARKED}"${']'.repeat(5_000)}`), { kind: 'transient' }],
    ['a reset', { kind: 'resetAfterRead' }, { kind: 'transient' }],
    ['a reset before it read', { kind: 'resetBeforeRead' }, { kind: 'transient' }],
  ])('%s is told by its kind, without the answer, and not remembered', async (_name, behaviour, expected) => {
    const { resolve, crm } = await world();
    crm.next(behaviour);
    expect(await failure(resolve())).toMatchObject(expected);
    expect(await resolve()).toEqual(ASHA);
  });

  it('does not fit its mapping: told without the value', async () => {
    const { resolve, crm } = await world({ mapping: { phone: '{{ body.mobile | e164 }}' } });
    crm.next(answer(200, { mobile: `not a number ${MARKED}` }));
    expect(await failure(resolve())).toMatchObject({ kind: 'mapping' });
  });

  it('is not waited for beyond the time limit', async () => {
    const { resolve, crm } = await world({ timeoutMs: 100, retries: 3 });
    crm.always({ kind: 'hang' });
    expect((await failure(resolve())).message).toContain('no answer within the time limit');
  });

  it('is asked again a few times where that may help, and not otherwise', async () => {
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

  it('behind an address that the operator did not allow is not called', async () => {
    const { crm, configure, resolve } = await world();
    configure({ url: crm.baseUrl.replace('127.0.0.1', '127.0.0.2') + '/contacts/{{ event.customerId }}' });
    expect((await failure(resolve())).message).toContain('PATCHBAY_EGRESS_ALLOW');
    expect(crm.requests).toHaveLength(0);
  });
});

describe('what is remembered', () => {
  it('one call serves all who ask at the same time, and those who ask soon after', async () => {
    const { resolve, crm } = await world();
    const all = await Promise.all(Array.from({ length: 50 }, () => resolve()));
    expect(all).toEqual(Array.from({ length: 50 }, () => ASHA));
    expect(await resolve({ id: 'another', type: 'pointsRedeemed' })).toEqual(ASHA);
    expect(crm.requests).toHaveLength(1);
    expect(await resolve({ customerId: '700100201' })).toEqual(RAVI);
    expect(crm.requests).toHaveLength(2);
  });

  it('nothing, where the brand says so', async () => {
    const { resolve, crm } = await world({ cacheMs: 0 });
    await resolve();
    await resolve();
    expect(crm.requests).toHaveLength(2);
  });

  it('nothing of an invalidated brand, and all of every other', async () => {
    const { resolve, invalidate, crm } = await world();
    await resolve();
    invalidate('another');
    await resolve();
    expect(crm.requests).toHaveLength(1);
    invalidate();
    await resolve();
    expect(crm.requests).toHaveLength(2);
  });

  it('lives through a revision that changes nothing, and not through one that does', async () => {
    const { resolve, crm, configure } = await world();
    await resolve();
    configure({});
    await resolve();
    expect(crm.requests).toHaveLength(1);
    configure({ mapping: { phone: '{{ body.mobile }}' } });
    expect(await resolve()).toEqual({ phone: '+919000000001' });
    expect(crm.requests).toHaveLength(2);
  });

  it('a caller that stops does not take the answer from the others', async () => {
    const { resolve, crm } = await world();
    crm.next({ kind: 'slow', ms: 100 });
    const stop = new AbortController();
    const stopped = resolve({}, stop.signal);
    const other = resolve();
    stop.abort();
    await expect(stopped).rejects.toThrow('The hub was stopping');
    expect(isDeliveryError(await stopped.catch((error: unknown) => error))).toBe(false);
    expect(await other).toEqual(ASHA);
  });
});

describe('asking about many customers a call', () => {
  const bulk = { size: 3, withinMs: 20 };

  it('gathers them, and reads a list by the ids of its items', async () => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    const asked = events('700100200', '700100201', '700100200').map((event) => resolve(event));
    expect(await Promise.all(asked)).toEqual([ASHA, RAVI, ASHA]);
    expect(crm.requests.map(({ path }) => path)).toEqual(['/lists/700100200,700100201']);
  });

  it('goes out when it is full, and when the first has waited long enough', async () => {
    const { resolve, crm } = await world({ bulk, cacheMs: 0 }, '/lists/{{ event.customerId }}');
    const asked = events('1', '2', '3', '4').map((event) => resolve(event));
    await Promise.all(asked);
    expect(crm.requests.map(({ path }) => path)).toEqual(['/lists/1,2,3', '/lists/4']);
  });

  it('takes ids in a body and reads an object by id', async () => {
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

  it('does not look at what was not asked for, nor at what says it is somebody else’s', async () => {
    const { resolve, crm } = await world({ bulk, customerId: '{{ body.id }}' }, '/lists/{{ event.customerId }}');
    crm.next(answer(200, [{ id: '9', mobile: MARKED }, { mobile: MARKED }, null, 7]), 'list');
    expect(await resolve()).toEqual({});
    crm.next(answer(200, { '700100200': { id: '700100201', mobile: MARKED } }), 'list');
    expect(await resolve()).toEqual({});
    crm.next(answer(200, '{"__proto__":{"id":"700100200","mobile":"x"},"constructor":{"id":"constructor"}}'), 'list');
    expect(await resolve()).toEqual({});
  });

  it('leaves out a hash, and asks about the others', async () => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    const asked = [resolve({ customerId: HASHED }).catch((error: unknown) => error), resolve()];
    expect(await Promise.all(asked)).toEqual([expect.any(HashedIdentifierError), ASHA]);
    expect(crm.requests.map(({ path }) => path)).toEqual(['/lists/700100200']);
  });

  it('one customer’s odd value is nobody else’s trouble', async () => {
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

  it('fails for everybody in the call, and for nobody else', async () => {
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
  ])('%s is an error: a list of customers is always there', async (_name, behaviour) => {
    const { resolve, crm } = await world({ bulk }, '/lists/{{ event.customerId }}');
    crm.next(behaviour, 'list');
    await failure(resolve());
  });
});
