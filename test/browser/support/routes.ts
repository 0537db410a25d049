import { at, type TestHub } from '../../e2e/support/test-hub.js';

/** Returns a path of every screen of the console for the brand `acme`, with ids of objects that exist. */
export async function allRoutes(hub: TestHub): Promise<string[]> {
  const first = async (list: string, field = 'id'): Promise<string> =>
    String(at((await hub.admin('GET', `/v1/brands/acme/${list}?limit=1`)).body, `data.0.${field}`));
  const inBrand = [
    '',
    '/connect/source',
    '/connect/destination',
    '/routing',
    '/sources',
    `/sources/${await first('sources', 'name')}`,
    '/destinations',
    '/new-destination',
    `/destinations/${await first('destinations', 'name')}`,
    '/subscriptions',
    '/new-subscription',
    `/subscriptions/${await first('subscriptions', 'name')}`,
    '/messaging',
    '/events',
    `/events/${await first('events')}`,
    '/deliveries',
    `/deliveries/${await first('deliveries')}`,
    '/failures',
    '/customers',
    `/customers/${await first('events', 'customerId')}`,
    '/replays',
    '/replays/new',
    '/suppressions',
    '/erasures',
    '/operational-events',
    '/settings',
  ];
  return [...inBrand.map((path) => `/b/acme${path}`), '/brands', '/types', '/types/webhook', '/keys', '/audit'];
}

/** Main pages, which are checked in both schemes and both directions. */
export const MAIN_PAGES = ['', '/events', '/deliveries', '/subscriptions', '/destinations', '/settings'].map(
  (path) => `/b/acme${path}`,
);
