import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { answer, throttle } from '@patchbay/testing';
import { describeDestination, PluginBench, type TryOptions } from '@patchbay/testing/suite';
import magentoLoyalty from './index.js';
import sandbox, { STORE } from './sandbox.js';

const folder = new URL('.', import.meta.url);

/** Returns the content of a documented event. */
function fixture(type: string): JsonObject {
  const path = new URL(`../../test/fixtures/events/${type}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { data: JsonObject }).data;
}

const EVENTS = [
  ...['customerAdded', 'transactionAdded', 'pointsIssued', 'pointsRedeemed', 'tierUpgraded', 'tierDowngraded'],
  ...['pointsTransferredInitiated', 'pointsTransferredReceived'],
];

describeDestination(magentoLoyalty, {
  sandbox,
  folder,
  events: Object.fromEntries(EVENTS.map((type) => [type, fixture(type)])),
});

describe('magento-loyalty', () => {
  let bench: PluginBench;
  const benches: PluginBench[] = [];

  /** Starts a new store for each test, without the customers of other tests. */
  beforeEach(async () => {
    bench = await PluginBench.start(folder, sandbox);
    benches.push(bench);
  });
  afterAll(async () => {
    await Promise.all(benches.map((one) => one.stop()));
  });

  /** Reads a customer from the store without the plugin. */
  async function stored(id: number): Promise<JsonObject> {
    const response = await fetch(`${bench.sandbox.baseUrl}/rest/V1/customers/${String(id)}`, {
      headers: { authorization: `Bearer ${STORE.bearer}` },
    });
    return (await response.json()) as JsonObject;
  }
  async function attribute(id: number, code: string): Promise<unknown> {
    const { custom_attributes: all } = await stored(id);
    return (all as { attribute_code: string; value: unknown }[]).find((one) => one.attribute_code === code)?.value;
  }
  const points = (value: number, match = 'asha@example.com') => ({
    message: { match, customAttributes: { loyalty_points: value }, groupId: null },
  });
  const only = (credentials: object) => ({ credentials: { oauth1: null, ...credentials } });
  const settings = (changed: object) => ({ settings: { ...bench.sandbox.settings, ...changed } });
  const calls = (text: string) => bench.sandbox.requests.filter(({ path }) => path.includes(text)).length;

  it('writes further fields instead of the fields that it read, and refuses those that have fields of their own', async () => {
    const vendor = {
      customer: { dob: '1990-01-31', firstname: 'Mira', extension_attributes: { is_subscribed: true } },
    };
    const { message } = points(7);
    expect(await bench.deliver({ message: { ...message, vendor } })).toMatchObject({ kind: 'accepted' });
    const put = bench.sandbox.requests.find(({ method }) => method === 'PUT')?.jsonObject();
    expect(put).toMatchObject({ customer: { ...vendor.customer, email: 'asha@example.com' } });
    expect(JSON.stringify(put)).toContain('"loyalty_points","value":"7"');
    const own = ['id', 'email', 'website_id', 'group_id', 'customAttributes'].map((name) => ({
      customer: { [name]: 1 },
    }));
    for (const refused of [...own, { password: 'x' }, { password_hash: 'x' }]) {
      const outcome = await bench.deliver({ message: { ...message, vendor: refused } });
      expect(outcome).toMatchObject({ kind: 'mapping', message: expect.stringContaining('in "vendor"') });
    }
    expect(bench.sandbox.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    expect(bench.sandbox.violations).toEqual([]);
  });

  describe('a customer who does not exist', () => {
    const create = { email: 'new@example.com', firstname: 'Mira', lastname: 'Rao' };
    const message = { match: create.email, customAttributes: { loyalty_points: 5 }, groupId: null };
    const posted = () => bench.sandbox.requests.filter(({ method }) => method === 'POST');

    it('is created only if the setting allows it and the message has the data', async () => {
      const allowed = settings({ createCustomers: true });
      expect(await bench.deliver({ message: { ...message, create } })).toMatchObject({ kind: 'rejected' });
      expect(await bench.deliver({ message, ...allowed })).toMatchObject({ kind: 'rejected' });
      expect(posted()).toEqual([]);
      const vendor = { customer: { dob: '1990-01-31', firstname: 'Not Mira' } };
      const created = await bench.deliver({ message: { ...message, create, vendor }, ...allowed });
      expect(created).toMatchObject({ kind: 'accepted' });
      expect(posted()[0]?.jsonObject()).toEqual({
        customer: {
          ...{ ...create, website_id: 1, dob: '1990-01-31' },
          custom_attributes: [{ attribute_code: 'loyalty_points', value: '5' }],
        },
      });
      expect(bench.sandbox.violations).toEqual([]);
    });

    it('is changed and not created again by a retry after a lost answer', async () => {
      const other = { ...create, email: 'retry@example.com' };
      const delivery = {
        message: { ...message, match: other.email, create: other },
        ...settings({ createCustomers: true }),
      };
      bench.sandbox.next({ kind: 'resetAfterRead' }, 'create');
      expect(await bench.deliver(delivery)).toMatchObject({ kind: 'unconfirmed' });
      expect(await bench.deliver(delivery)).toMatchObject({ kind: 'accepted' });
      expect(posted()).toHaveLength(1);
    });

    it('is retried if somebody else creates the customer at the same moment', async () => {
      const words = 'A customer with the same email address already exists in an associated website.';
      bench.sandbox.next(answer(400, { message: words }), 'create');
      const delivery = {
        message: { ...message, match: 'x@example.com', create: { ...create, email: 'x@example.com' } },
      };
      expect(await bench.deliver({ ...delivery, ...settings({ createCustomers: true }) })).toMatchObject({
        kind: 'transient',
      });
      bench.sandbox.next(answer(400, { message: words }), 'create');
      const third = { ...delivery, ...settings({ createCustomers: true }), attempt: 3 };
      expect(await bench.deliver(third)).toMatchObject({ kind: 'rejected', response: { status: 400 } });
    });

    it('gets the value to match by as an attribute', async () => {
      const byCard = settings({ createCustomers: true, match: 'attribute', matchAttribute: 'loyalty_card' });
      const card = {
        match: 'CARD-0099',
        customAttributes: null,
        groupId: 3,
        create: { ...create, email: 'c@example.com' },
      };
      expect(await bench.deliver({ message: card, ...byCard })).toMatchObject({ kind: 'accepted' });
      expect(posted()[0]?.jsonObject()).toMatchObject({
        customer: { group_id: 3, custom_attributes: [{ attribute_code: 'loyalty_card', value: 'CARD-0099' }] },
      });
    });

    it('cannot be created by an id', () => {
      const byId = { ...bench.sandbox.settings, createCustomers: true, match: 'customerId' };
      expect(bench.gateway.checkSettings('magento-loyalty', byId)).toMatchObject([{ field: 'createCustomers' }]);
    });
  });

  describe('existing data of the store', () => {
    it('is kept: addresses, default addresses, other attributes, the newsletter', async () => {
      const before = await stored(42);
      expect(await bench.deliver()).toMatchObject({ kind: 'accepted' });
      const { updated_at: _then, custom_attributes: _had, ...same } = before;
      expect(await stored(42)).toMatchObject({ ...same, group_id: 3, disable_auto_group_change: 1 });
      expect(await attribute(42, 'shoe_size')).toBe('38');
      expect(await attribute(42, 'loyalty_card')).toBe('CARD-0042');
      expect(await attribute(42, 'loyalty_points')).toBe('1120');
      expect(bench.sandbox.violations).toEqual([]);
      // If the shop changes one of these between the read and the write, the change is not undone.
      const written = bench.sandbox.requests.find(({ method }) => method === 'PUT')?.jsonObject()?.customer;
      expect(written).toMatchObject({ id: 42, group_id: 3 });
      expect(written).not.toHaveProperty('addresses');
      expect(written).not.toHaveProperty('extension_attributes');
    });

    it('keeps the group if the message has none', async () => {
      await bench.deliver(points(7));
      expect(await stored(42)).toMatchObject({ group_id: 2, disable_auto_group_change: 0 });
    });

    it.each(['sync', 'async'])('is kept by eight concurrent deliveries of one customer (%s)', async (mode) => {
      const codes = ['loyalty_customer_id', 'loyalty_points', 'loyalty_lifetime_points', 'loyalty_tier'];
      // Slow responses: without a lock, all deliveries would read the customer before the first delivery writes.
      bench.sandbox.always({ kind: 'slow', ms: 20 });
      const outcomes = await Promise.all(
        [...codes, ...codes].map((code, index) =>
          bench.deliver({ ...settings({ mode }), message: { groupId: null, customAttributes: { [code]: index } } }),
        ),
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'accepted'));
      const values = await Promise.all(codes.map(async (code) => Number(await attribute(42, code)) % codes.length));
      expect(values).toEqual(codes.map((_code, index) => index));
    });

    it('does not block other customers', async () => {
      const stop = new AbortController();
      bench.sandbox.next({ kind: 'hang' });
      const hanging = bench.deliver({ ...points(1), signal: stop.signal });
      await bench.sandbox.filled(1);
      expect(await bench.deliver(points(2, 'ravi@example.com'))).toMatchObject({ kind: 'accepted' });
      stop.abort();
      expect(await hanging).toMatchObject({ kind: 'unconfirmed' });
    });
  });

  describe('the customer', () => {
    it.each([
      ['an e-mail in other letter case', {}, 'ASHA@Example.com', 42],
      ['an e-mail with plus and apostrophe', {}, "plus+tag.o'neil@example.com", 45],
      ['the e-mail of another website', { websiteId: 2 }, 'twin@example.com', 52],
      ['Magento’s id', { match: 'customerId' }, '43', 43],
      ['an attribute', { match: 'attribute', matchAttribute: 'loyalty_card' }, 'CARD-0041', 41],
      ['an attribute with special characters', { match: 'attribute', matchAttribute: 'loyalty_card' }, 'a b&c=d/é', 45],
    ])('is found by %s', async (_name, changed, match, id) => {
      expect(await bench.deliver({ ...settings(changed), ...points(5, match) })).toMatchObject({ kind: 'accepted' });
      expect(await attribute(id, 'loyalty_points')).toBe('5');
      expect(bench.sandbox.received).toBe(1);
      expect(bench.sandbox.violations).toEqual([]);
    });

    it.each([
      ['nobody', {}, 'nobody@example.com', /no customer with this email on website 1/],
      ['a customer of another website', { match: 'customerId' }, '52', /no customer with this customerId on website 1/],
      ['a value that only begins like an id', { match: 'customerId' }, '42abc', /is a whole number/],
      ['two websites', { websiteId: null }, 'twin@example.com', /2 customers .* Set "websiteId"/],
      ['a name that differs in an accent', {}, 'josé@example.com', /no customer/],
    ])('is not confused: %s', async (_name, changed, match, reason) => {
      const outcome = await bench.deliver({ ...settings(changed), ...points(5, match) });
      expect(outcome).toMatchObject({ kind: 'rejected', message: expect.stringMatching(reason) });
      // The port of the sandbox is removed, because it may contain any digits.
      expect(JSON.stringify(outcome).replaceAll(/127\.0\.0\.1:\d+/g, '')).not.toContain(match);
      expect(bench.sandbox.received).toBe(0);
    });

    it('may be deleted between the search and the read', async () => {
      const gone = { message: 'No such entity with %fieldName = %fieldValue', parameters: { fieldName: 'customerId' } };
      bench.sandbox.next(answer(404, gone), 'read');
      expect(await bench.deliver()).toMatchObject({ kind: 'rejected', response: { status: 404 } });
    });
  });

  describe('the settings', () => {
    it('are tested by verify: base URL, store code, attribute for matching', async () => {
      for (const changed of [
        { baseUrl: `${bench.sandbox.baseUrl}/elsewhere` },
        { storeCode: 'nowhere' },
        { match: 'attribute' },
        { match: 'attribute', matchAttribute: 'no_such_attribute' },
      ]) {
        expect(await bench.verify(settings(changed))).toMatchObject({ kind: 'credentials' });
        expect(await bench.deliver({ ...settings(changed), ...points(1) })).toMatchObject({ kind: 'credentials' });
      }
      for (const changed of [{ match: 'customerId' }, { match: 'attribute', matchAttribute: 'loyalty_card' }]) {
        expect(await bench.verify(settings(changed))).toEqual({ kind: 'accepted' });
      }
    });

    it('report that another service answers', async () => {
      bench.sandbox.next(answer(200, { hello: 'world' }), 'search');
      expect(await bench.verify()).toMatchObject({ kind: 'credentials', message: expect.stringContaining('baseUrl') });
      bench.sandbox.next(answer(200, '<html>Welcome to our shop</html>'), 'search');
      expect(await bench.verify()).toMatchObject({ kind: 'transient' });
    });

    it('accept no store code, and a trailing slash', async () => {
      const baseUrl = `${bench.sandbox.baseUrl}/`;
      expect(await bench.deliver(settings({ storeCode: null, baseUrl }))).toMatchObject({ kind: 'accepted' });
      expect(bench.sandbox.inbox[0]?.request.path).toBe('/rest/V1/customers/42');
    });

    it.each([
      ['an unknown way to match', { match: 'phone' }],
      ['an attribute code with capitals', { match: 'attribute', matchAttribute: 'LoyaltyCard' }],
      ['a store code with a slash', { storeCode: 'a/b' }],
    ])('refuse %s', (_name, changed) => {
      expect(bench.gateway.checkSettings('magento-loyalty', settings(changed).settings)).not.toEqual([]);
    });
  });

  describe('an attribute', () => {
    it.each(['sync', 'async'])(
      'that is unknown to the store is reported, because Magento reports nothing (%s)',
      async (mode) => {
        const customAttributes = { loyalty_points: 5, no_such_attribute: 'x', nor_this: 'y' };
        const outcome = await bench.deliver({ ...settings({ mode }), message: { customAttributes } });
        const message = expect.stringMatching(/did not save no_such_attribute, nor_this/);
        expect(outcome).toMatchObject({ kind: 'rejected', message, response: { status: 200 } });
        expect(await attribute(42, 'loyalty_points')).toBe('5');
      },
    );

    it('is cleared by an empty text and not changed by null', async () => {
      await bench.deliver({ message: { customAttributes: { loyalty_card: '', shoe_size: null }, groupId: 1 } });
      expect(await attribute(42, 'loyalty_card')).toBeUndefined();
      expect(await attribute(42, 'shoe_size')).toBe('38');
    });

    it.each([{ a: ['x'] }, { 'not a code': 'x' }, {}])('must fit: %j', async (customAttributes: JsonObject) => {
      const outcome = await bench.deliver({ message: { customAttributes, groupId: null } });
      expect(outcome).toMatchObject({ kind: 'mapping' });
      expect(bench.sandbox.requests).toEqual([]);
    });
  });

  describe('the kinds of credentials', () => {
    it('a bearer token, if the store allows it', async () => {
      expect(await bench.deliver(only({ bearerToken: STORE.bearer }))).toMatchObject({ kind: 'accepted' });
      const outcome = await bench.verify(only({ bearerToken: STORE.integration.accessToken }));
      expect(outcome).toMatchObject({ kind: 'credentials', message: expect.stringContaining('standalone Bearer') });
    });

    /**
     * Kinds of credentials for which the plugin fetches a token, each with the further settings that its destination
     * needs.
     */
    const fetched: [string, string, () => TryOptions][] = [
      ['administrator', 'admin-token', () => only({ admin: STORE.admin })],
      [
        'IMS client of the cloud service',
        'ims-token',
        () => ({
          ...only({ ims: STORE.ims }),
          ...settings({ baseUrl: `${bench.sandbox.baseUrl}/${STORE.tenant}`, imsUrl: bench.sandbox.baseUrl }),
        }),
      ],
    ];

    it.each(fetched)('an %s: the token is fetched once, and again if it ended early', async (_name, route, options) => {
      const tokens = () => calls(route === 'ims-token' ? 'ims/token' : 'admin/token');
      expect(await bench.verify(options())).toMatchObject({ kind: 'accepted' });
      const many = await Promise.all([1, 2, 3].map((value) => bench.deliver({ ...options(), ...points(value) })));
      expect(many.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
      expect(tokens()).toBe(1);
      await fetch(`${bench.sandbox.baseUrl}/revoke`, { method: 'POST' });
      expect(await bench.deliver(options())).toMatchObject({ kind: 'accepted' });
      expect(tokens()).toBe(2);
      expect(bench.sandbox.violations).toEqual([]);
    });

    it.each(fetched)('an %s requests a new token only once', async (_name, _route, options) => {
      bench.sandbox.always(answer(401, { message: 'no' }), 'search');
      expect(await bench.deliver(options())).toMatchObject({ kind: 'credentials' });
      expect(calls('customers/search')).toBe(2);
    });

    it.each(fetched)('an %s waits if the token server limits the rate', async (_name, route, options) => {
      bench.sandbox.next(answer(503), route);
      expect(await bench.deliver(options())).toMatchObject({ kind: 'transient' });
      bench.sandbox.next({ kind: 'resetAfterRead' }, route);
      expect(await bench.deliver(options())).toMatchObject({ kind: 'transient' });
      bench.sandbox.next(throttle(9), route);
      expect(await bench.deliver(options())).toMatchObject({ kind: 'throttled', retryAfterMs: 9_000 });
      expect(bench.sandbox.received).toBe(0);
    });

    it('report a wrong password, two-factor authentication and a wrong IMS client', async () => {
      const of = (credentials: object) => bench.verify(only(credentials));
      expect(await of({ admin: { ...STORE.admin, password: 'of-yesterday' } })).toMatchObject({
        kind: 'credentials',
        message: expect.stringContaining('password'),
      });
      expect(await of({ admin: STORE.admin2fa })).toMatchObject({
        kind: 'credentials',
        message: expect.stringContaining('two-factor'),
      });
      const ims = (changed: object) =>
        bench.verify({
          ...only({ ims: { ...STORE.ims, ...changed } }),
          ...settings({ baseUrl: `${bench.sandbox.baseUrl}/${STORE.tenant}`, imsUrl: bench.sandbox.baseUrl }),
        });
      expect(await ims({ clientSecret: 'of-yesterday' })).toMatchObject({
        kind: 'credentials',
        message: expect.stringContaining('commerce.accs'),
      });
      expect(await ims({ orgId: 'other@AdobeOrg' })).toMatchObject({ kind: 'credentials', response: { status: 403 } });
    });

    it('for the cloud service: no /rest, the store in a header, the client and organization with the token', async () => {
      await bench.deliver(fetched[1]?.[2]() ?? {});
      expect(bench.sandbox.inbox[0]?.request).toMatchObject({
        path: `/${STORE.tenant}/V1/customers/42`,
        headers: { store: 'default', 'x-api-key': STORE.ims.clientId, 'x-gw-ims-org-id': STORE.ims.orgId },
      });
    });

    it.each([
      ['none', {}],
      ['two', { bearerToken: 'x', admin: STORE.admin }],
      ['half an integration', { oauth1: { consumerKey: 'x', accessToken: 'y' } }],
    ])('are not %s', (_name, credentials) => {
      expect(bench.gateway.checkCredentials('magento-loyalty', credentials)).not.toEqual([]);
    });
  });

  describe('the queue of the store', () => {
    const queued = () => settings({ mode: 'async' });
    const bulk = (status: number, message: string | null = null) =>
      answer(200, { operations_list: [{ id: 0, status, result_message: message, error_code: null }] });

    it('completes when the consumer has finished, with the id of the bulk', async () => {
      const outcome = await bench.deliver(queued());
      const [message] = bench.sandbox.inbox;
      expect(outcome).toMatchObject({ kind: 'accepted', externalId: message?.externalId });
      expect(message).toMatchObject({ status: 'complete', request: { path: '/rest/default/async/V1/customers/42' } });
      expect(await attribute(42, 'loyalty_points')).toBe('1120');
      expect(bench.sandbox.violations).toEqual([]);
    });

    it('works with the cloud service, which has async at another place in the path', async () => {
      const baseUrl = `${bench.sandbox.baseUrl}/${STORE.tenant}`;
      const cloud = settings({ mode: 'async', baseUrl, imsUrl: bench.sandbox.baseUrl });
      expect(await bench.deliver({ ...only({ ims: STORE.ims }), ...cloud })).toMatchObject({ kind: 'accepted' });
      expect(bench.sandbox.inbox[0]?.request.path).toBe(`/${STORE.tenant}/V1/async/customers/42`);
    });

    it('fails as the operation does', async () => {
      const outcome = await bench.deliver({ ...queued(), message: { groupId: 99 } });
      expect(outcome).toMatchObject({ kind: 'rejected', vendorCode: '3', message: expect.stringContaining('No such') });
      bench.sandbox.next(bulk(2, 'Lock wait timeout exceeded for asha.private@example.com'), 'bulk-status');
      const retriable = await bench.deliver(queued());
      expect(retriable).toMatchObject({ kind: 'transient', vendorCode: '2', message: expect.stringContaining('Lock') });
      expect(JSON.stringify(retriable)).not.toContain('asha.private');
      bench.sandbox.next(bulk(5), 'bulk-status');
      expect(await bench.deliver(queued())).toMatchObject({ kind: 'rejected', vendorCode: '5' });
    });

    it('is unconfirmed if the consumer does not run, or the outcome is unreadable', async () => {
      const stop = new AbortController();
      bench.sandbox.always(bulk(4), 'bulk-status');
      const waiting = bench.deliver({ ...queued(), signal: stop.signal });
      await bench.sandbox.filled(1);
      stop.abort();
      expect(await waiting).toMatchObject({ kind: 'unconfirmed' });
      bench.sandbox.always(answer(200, { operations_list: [] }), 'bulk-status');
      expect(await bench.deliver(queued())).toMatchObject({ kind: 'unconfirmed' });
      bench.sandbox.next(answer(202, '<html>thank you</html>'));
      expect(await bench.deliver(queued())).toMatchObject({ kind: 'unconfirmed' });
    });
  });

  describe('what is recorded', () => {
    it('keeps Magento’s texts and field names, without values', async () => {
      bench.sandbox.next(
        answer(400, {
          message: 'One or more input exceptions have occurred. asha.private@example.com +919876543210',
          errors: [
            {
              message: 'Invalid value of "%value" provided for the %fieldName field.',
              parameters: { fieldName: 'firstname', value: 'Chandrika' },
            },
          ],
          trace: '#0 Customer->setFirstname(Chandrika)',
        }),
      );
      const outcome = JSON.stringify(await bench.deliver());
      expect(outcome).toContain('provided for the firstname field');
      expect(outcome).not.toMatch(/Chandrika|private|98765/);
    });

    it('contains no customer data after success', async () => {
      expect(await bench.deliver()).toEqual({
        kind: 'accepted',
        request: { method: 'PUT', url: expect.stringMatching(/\/rest\/default\/V1\/customers\/…$/) },
        response: { status: 200 },
      });
    });
  });
});
