import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import type { Page } from 'playwright-core';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from '../e2e/support/acme.js';
import { makeKey } from '../e2e/support/admin-routes.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { at } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { actionsOf, type Role, ROLES, screenActions } from './support/role-table.js';

let console: TestConsole;
let receiver: Receiver;
/** Ids of a failed delivery, its event and a replay. */
let ids: { readonly delivery: string; readonly event: string; readonly replay: string };

/** Makes an object of the brand `shop`, or of the hub, and returns the answer. */
async function make(path: string, body: object): Promise<unknown> {
  const made = await console.hub.admin('POST', path, body);
  if (made.status >= 300) throw new Error(`The hub did not make it. It answered: ${made.text}`);
  return made.body;
}

async function first(list: string): Promise<string> {
  return String(at((await console.hub.admin('GET', `/v1/brands/shop/${list}`)).body, 'data.0.id'));
}

beforeAll(async () => {
  receiver = await startReceiver();
  receiver.answer(422);
  console = await startConsole();
  await make('/v1/brands', { name: 'shop' });
  await make('/v1/brands', { name: 'empty' });
  const auth = { headers: { 'x-acme-token': [ACME_TOKEN] } };
  await make('/v1/brands/shop/sources', { name: 'capillary', adapter: 'capillary', auth });
  const credentials = { bearer: 'invented-bearer' };
  const hooks = { name: 'hooks', type: 'webhook', credentials, settings: { url: receiver.url } };
  await make('/v1/brands/shop/destinations', hooks);
  const mapping = { body: { id: '{{ event.id }}' } };
  const all = { name: 'all', source: 'capillary', events: ['*'], destination: 'hooks', mapping };
  await make('/v1/brands/shop/subscriptions', all);
  await console.hub.ingest('shop/capillary', pointsIssued('event-1'), ACME_AUTH);
  await until(
    async () => {
      const found = (await console.hub.admin('GET', '/v1/brands/shop/deliveries?status=dead')).body;
      return at(found, 'data.0') === undefined ? undefined : found;
    },
    { what: 'a failed delivery', timeoutMs: 60_000 },
  );
  const filter = { destination: 'hooks', status: 'dead' };
  await make('/v1/brands/shop/replays', { dryRun: false, filter });
  ids = { delivery: await first('deliveries'), event: await first('events'), replay: await first('replays') };
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

/** Calls of the API with the role that each requires. No target exists, so a call that is allowed changes nothing. */
const CALLS: readonly (readonly [role: Role, method: string, path: string])[] = [
  ['operator', 'POST', '/v1/brands/shop/destinations/none/verify'],
  ['operator', 'POST', '/v1/brands/shop/destinations/none/choices/none'],
  ['operator', 'POST', '/v1/brands/shop/destinations/none/pause'],
  ['operator', 'POST', '/v1/brands/shop/destinations/none/resume'],
  ['operator', 'POST', '/v1/brands/shop/destinations/none/rotate-callback'],
  ['operator', 'POST', '/v1/brands/shop/destinations/none/test-send'],
  ['operator', 'POST', '/v1/brands/shop/deliveries/none/redeliver'],
  ['operator', 'POST', '/v1/brands/shop/deliveries/none/cancel'],
  ['operator', 'POST', '/v1/brands/shop/replays'],
  ['operator', 'POST', '/v1/brands/shop/replays/none/cancel'],
  ['operator', 'POST', '/v1/brands/shop/sources/none/imports'],
  ['operator', 'POST', '/v1/brands/shop/sources/none/imports/none/cancel'],
  ['operator', 'POST', '/v1/brands/shop/suppressions'],
  ['operator', 'DELETE', '/v1/brands/shop/suppressions/none'],
  ['admin', 'POST', '/v1/brands'],
  ['admin', 'PATCH', '/v1/brands/none'],
  ['admin', 'POST', '/v1/apply'],
  ...['sources', 'destinations', 'subscriptions'].flatMap((list) => [
    ['admin', 'POST', `/v1/brands/shop/${list}`] as const,
    ['admin', 'PATCH', `/v1/brands/shop/${list}/none`] as const,
    ['admin', 'DELETE', `/v1/brands/shop/${list}/none`] as const,
  ]),
  ['admin', 'POST', '/v1/brands/shop/destinations/none/oauth/connect'],
  ['admin', 'DELETE', '/v1/brands/shop/destinations/none/oauth'],
  ['admin', 'POST', '/v1/brands/shop/subscriptions/none/versions/1/restore'],
  ['admin', 'DELETE', '/v1/brands/none/customers/none'],
  ['admin', 'GET', '/v1/keys'],
  ['admin', 'POST', '/v1/keys'],
  ['admin', 'DELETE', '/v1/keys/none'],
  ['admin', 'GET', '/v1/people'],
  ['admin', 'DELETE', '/v1/people/none'],
  ['admin', 'POST', '/v1/people/none/restore'],
  ['admin', 'GET', '/v1/audit'],
];

/** Sends a request by hand with the cookie of the page, and returns the status. */
function statusOf(page: Page, method: string, path: string): Promise<number> {
  return page.evaluate(
    async (request) => {
      const headers = { 'content-type': 'application/json', 'x-patchbay-console': '1' };
      const body = request.method === 'GET' ? null : '{}';
      return (await fetch(request.path, { method: request.method, headers, body })).status;
    },
    { method, path },
  );
}

describe.each(ROLES)('4: the role %s', (role) => {
  it('gets exactly the screens and actions of its role', async () => {
    const key = await makeKey(console.hub, { role });
    const { page, close } = await openAs(console, key.key, '/b/shop');
    const hub = await page.locator('nav section').last().getByRole('link').allInnerTexts();
    expect(hub).toEqual(['Brands', 'Destination types', ...(role === 'admin' ? ['Keys', 'People', 'Audit log'] : [])]);
    const expected = screenActions(ids, role);
    const found: Record<string, readonly string[]> = {};
    for (const [path, actions] of Object.entries(expected)) {
      await page.goto(`${console.hub.url}/console${path}`);
      const asExpected = async (): Promise<readonly string[] | undefined> => {
        const names = await actionsOf(page);
        return isDeepStrictEqual(names, actions) ? names : undefined;
      };
      // Parts of a page load later. A page that stays different fails with the differences of all pages.
      found[path] = await until(asExpected, { what: `the actions of ${path}` }).catch(() => actionsOf(page));
    }
    expect(found).toEqual(expected);
    await close();
  }, 1_200_000);

  it('is refused by the hub if it calls the API of another role by hand', async () => {
    const key = await makeKey(console.hub, { role });
    const { page, close } = await openAs(console, key.key, '/brands');
    for (const [required, method, path] of CALLS) {
      const isAllowed = ROLES.indexOf(role) >= ROLES.indexOf(required);
      const status = await statusOf(page, method, path);
      expect({ method, path, isRefused: status === 403 }).toEqual({ method, path, isRefused: !isAllowed });
    }
    await close();
  });
});
