import type { HubUnderTest, LargeBrand } from './hub.js';

/** Request that is measured. */
export interface MeasuredRequest {
  readonly name: string;
  readonly method?: 'POST';
  /** Returns the path of the request for one turn. Turns differ if different rows can be read. */
  readonly path: (turn: number) => string;
  readonly body?: object;
}

const PAGE = 'limit=50';
/** Number of the deep page, which is reached by its cursor. */
const DEEP_PAGE = 100;

/** Filters of the lists of events. */
const EVENT_FILTERS: readonly string[] = [
  'type=pointsIssued',
  'type=tierChanged',
  'type=none',
  'type=customerAdded&type=tierChanged',
  'status=quarantined',
  'status=accepted&status=quarantined',
  'source=shop',
  'customer=vip',
  'customer=nobody',
  'customer=vip&type=tierChanged',
];

/** Filters of the lists of deliveries. */
const DELIVERY_FILTERS: readonly string[] = [
  'eventType=pointsIssued',
  'eventType=tierChanged',
  'eventType=none',
  'status=succeeded',
  'status=dead',
  'status=held',
  'status=scheduled&status=held',
  'status=dead&status=unconfirmed',
  'status=cancelled&status=superseded&status=merged',
  'status=suppressed&status=dead&destination=sms',
  'destination=crm',
  'subscription=sms',
  'source=shop',
  'errorKind=rejected',
  'vendorCode=21211',
  'vendorCode=none',
  'customer=vip',
  'customer=nobody',
  'customer=vip&status=dead',
  'vendorStatus=undelivered',
  'vendorStatus=undelivered&destination=sms',
  'vendorStatus=bounced&vendorStatus=failed',
  'vendorStatus=delivered',
  'vendorStatus=none',
];

/** Returns the requests of the console that are measured for a brand. */
export async function requestsOf(hub: HubUnderTest, { name }: LargeBrand): Promise<readonly MeasuredRequest[]> {
  const brand = `/v1/brands/${name}`;
  const events = await idsOf(hub, `${brand}/events`);
  const deliveries = await idsOf(hub, `${brand}/deliveries`);
  // Only succeeded deliveries have a vendor's id.
  const succeeded = await idsOf(hub, `${brand}/deliveries`, '&status=succeeded');
  const fixed = (title: string, path: string): MeasuredRequest => ({ name: title, path: () => `${brand}${path}` });
  const list = (path: string, filter: string): MeasuredRequest =>
    fixed(`${path.slice(1)} ${filter}`, `${path}?${PAGE}&${filter}`);
  const deep = async (path: string): Promise<MeasuredRequest> =>
    fixed(`${path.slice(1)} page ${DEEP_PAGE}`, `${path}?${PAGE}${await deepCursor(hub, `${brand}${path}`)}`);
  const each = (title: string, ids: readonly string[], path: (id: string) => string): MeasuredRequest => ({
    name: title,
    path: (turn) => `${brand}${path(ids[turn % ids.length] ?? '')}`,
  });
  const customers = Array.from({ length: 100 }, (_, i) => `c-${(i * 7_919) % 50_000}`);
  return [
    fixed('events first page', `/events?${PAGE}`),
    await deep('/events'),
    ...EVENT_FILTERS.map((filter) => list('/events', filter)),
    each('events customer=c-…', customers, (id) => `/events?${PAGE}&customer=${id}`),
    fixed('deliveries first page', `/deliveries?${PAGE}`),
    await deep('/deliveries'),
    ...DELIVERY_FILTERS.map((filter) => list('/deliveries', filter)),
    each('deliveries customer=c-…', customers, (id) => `/deliveries?${PAGE}&customer=${id}`),
    each('event page', events, (id) => `/events/${id}`),
    each('delivery page', deliveries, (id) => `/deliveries/${id}`),
    fixed('timeline of vip', '/customers/vip/timeline'),
    each('timeline of c-…', customers, (id) => `/customers/${id}/timeline`),
    fixed('failures of 24 hours', '/failures'),
    fixed('failures of 29 days', `/failures?from=${daysAgo(29)}`),
    fixed('counts of 24 hours by subscription', '/stats/subscriptions'),
    fixed('series of 24 hours by minute', `/stats/series?step=1m&from=${daysAgo(0.99)}`),
    fixed('series of 30 days by hour', `/stats/series?step=1h&from=${daysAgo(30)}`),
    each('look-up of an event', events, (id) => `/lookup?id=${id}`),
    each('look-up of a vendor id', succeeded, (id) => `/lookup?id=ext-${id}`),
    fixed('look-up of a customer', '/lookup?id=vip'),
    fixed("look-up of a sender's id", '/lookup?id=e-0-1'),
    fixed("events with a sender's id", `/events?${PAGE}&sourceEventId=e-0-1`),
    fixed('look-up of an unknown id', '/lookup?id=unknown'),
    fixed('destinations with health', '/destinations'),
    fixed('sources with activity', '/sources'),
    fixed('seen event types', '/seen-event-types'),
    trial(`${brand}/trials`, ['*'], 'of all types'),
    trial(`${brand}/trials`, ['tierChanged'], 'of a rare type'),
  ];
}

function trial(path: string, events: readonly string[], title: string): MeasuredRequest {
  const draft = {
    ...{ name: 'crm', source: 'shop', events, destination: 'crm' },
    when: { 'data.points': { $gte: 50 } },
    mapping: { body: { id: '{{ event.id }}', points: '{{ data.points | plus: 1 }}' } },
  };
  return { name: `trial on 50 events ${title}`, method: 'POST', path: () => path, body: { draft, last: 50 } };
}

/** Returns the ids of 50 objects of the brand, from several days. */
export async function idsOf(hub: HubUnderTest, path: string, filter = ''): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let day = 0; day < 10; day += 1) {
    for (const { id } of rowsOf(await hub.call('GET', `${path}?limit=5&to=${daysAgo(day * 2.5)}${filter}`)))
      ids.push(String(id));
  }
  return ids;
}

/** Returns the query parameter of the cursor of the deep page, or of the last page if there are fewer pages. */
export async function deepCursor(hub: HubUnderTest, path: string): Promise<string> {
  let cursor = '';
  for (let page = 1; page < DEEP_PAGE; page += 1) {
    const answer = await hub.call('GET', `${path}?${PAGE}${cursor}`);
    const next: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'nextCursor') : null;
    if (typeof next !== 'string') break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return cursor;
}

function rowsOf(answer: unknown): readonly { readonly id?: unknown }[] {
  const data: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'data') : undefined;
  return Array.isArray(data) ? Array.from<{ readonly id?: unknown }>(data) : [];
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}
