import { describe, expect, it } from '@jest/globals';
import type { ConfigurationRecords } from '../configuration/configuration-snapshot.js';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { DirectDelivery } from '../delivery/direct-delivery.js';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import {
  StoreRefusedError,
  type EventStore,
  type NewEvent,
  type QuarantineRefused,
  type StoredOutcome,
} from './event-store.port.js';
import { GroupCommit } from './group-commit.js';
import { IngestAdmission, type SourceAuthenticator } from './ingest-admission.js';
import { IngestEvents } from './ingest-events.js';
import { SourceCounts } from './source-counts.js';
import { loadedStore } from '../testing/loaded-store.js';
import type { IngestTrace } from '../tracing/traces.port.js';

/** Event store in memory that, like the database, deduplicates by key and rejects stale revisions. */
class RememberingStore implements EventStore {
  readonly events = new Map<string, NewEvent>();
  readonly groups: number[] = [];
  /** Revisions of the brands by id. */
  readonly revisions = new Map([['brand-1', 1]]);
  /** Called before the revisions are checked. */
  onStore: (events: readonly NewEvent[]) => void = () => undefined;
  away = false;
  /** Promise that delays storing until the promise resolves. */
  held: Promise<void> = Promise.resolve();
  refuses: (event: NewEvent) => boolean = () => false;

  async storeGroup(events: readonly NewEvent[], quarantine?: QuarantineRefused): Promise<readonly StoredOutcome[]> {
    await this.held;
    if (this.away) throw new Error('connection refused');
    this.onStore(events);
    const isStale = ({ brandId, configRevision }: NewEvent): boolean => this.revisions.get(brandId) !== configRevision;
    const forms = events.map((event) => (this.refuses(event) ? quarantine?.(event, 'refused') : event));
    const storable = forms.filter((form) => form !== undefined && !this.refuses(form));
    if (storable.length < events.length) throw new StoreRefusedError('refused');
    this.groups.push(events.length);
    return forms.map((form, index): StoredOutcome => {
      if (form === undefined) throw new Error('unreachable');
      if (isStale(form)) return { kind: 'stale' };
      const known = this.events.get(form.dedupeKey);
      if (known !== undefined) return { kind: 'duplicate', eventId: known.id };
      this.events.set(form.dedupeKey, form);
      return { kind: form === events[index] ? 'accepted' : 'quarantined' };
    });
  }

  get stored(): NewEvent[] {
    return [...this.events.values()];
  }
}

/** Dispatcher without calls. */
const NO_CALLS = { reserveCall: () => null, deliver: () => undefined, releaseCall: () => undefined };

async function hub(records: ConfigurationRecords = configurationRecords(), adapter = simpleAdapter) {
  const world = { records };
  const store = new RememberingStore();
  const configuration = new LiveConfiguration(
    loadedStore(() => world.records),
    new Map([[adapter.name, adapter]]),
  );
  await configuration.refresh();
  const woken: string[] = [];
  const faults: unknown[] = [];
  const overBudget: string[][] = [];
  const stale: number[] = [];
  const counts = new SourceCounts();
  const authenticate: SourceAuthenticator = ({ auth }, { headers }) =>
    auth.bearer?.some((token) => headers['authorization'] === `Bearer ${token}`) ?? false;
  const clock = { now: () => 1_795_544_400_000 };
  // Not started, so every delivery is claimed.
  const direct = new DirectDelivery(NO_CALLS, { fault: (error) => faults.push(error) });
  const groups = new GroupCommit(
    store,
    configuration,
    { lingerMs: 1, maxBatch: 100, maxInFlight: 2 },
    counts,
    direct,
    (stored) => overBudget.push([...stored.overBudget]),
    (calls) => stale.push(calls),
  );
  const ingest = new IngestEvents(
    configuration,
    groups,
    new IngestAdmission(configuration, authenticate, clock, { maxBytes: 1_000_000, maxEvents: 4_000 }),
    authenticate,
    { wake: (destinationId) => woken.push(destinationId) },
    clock,
    { maxEvents: 1_000 },
    (error) => faults.push(error),
  );
  const post = (
    body: unknown,
    token = 'let-me-in',
    source = 'in',
    headers: Record<string, string> = {},
    brand = 'acme',
    trace?: IngestTrace,
  ) =>
    ingest.ingest({
      brand,
      source,
      trace,
      headers: { authorization: `Bearer ${token}`, ...headers },
      rawBody: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
    });
  /** Applies a new configuration without notifying this process. */
  const apply = (also: Partial<ConfigurationRecords>) => {
    const revision = world.records.revision + 1;
    const brands = (also.brands ?? world.records.brands).map((brand) => ({ ...brand, revision }));
    world.records = { ...world.records, ...also, brands, revision };
    for (const { id } of brands) store.revisions.set(id, revision);
  };
  /** Applies a change of one brand without notifying this process. */
  const edit = (brandId: string) => {
    const revision = world.records.revision + 1;
    const brands = world.records.brands.map((brand) => (brand.id === brandId ? { ...brand, revision } : brand));
    world.records = { ...world.records, brands, revision };
    store.revisions.set(brandId, revision);
  };
  return { store, post, apply, edit, groups, woken, faults, overBudget, stale, counts };
}

const event = { type: 'pointsIssued', id: 'e-1', customerId: 7, data: { points: 5, phone: '+15005550006' } };

describe('IngestEvents', () => {
  it('gives the trace context of the commit to the events, and ends its span with the commit', async () => {
    const { store, post } = await hub();
    const ended: boolean[] = [];
    const begun: number[] = [];
    let authenticated = 0;
    const trace: IngestTrace = {
      markAuthenticated: () => {
        authenticated += 1;
      },
      beginCommit: (events) => {
        begun.push(events);
        return { traceparent: 'context of the commit', end: (isStored) => ended.push(isStored) };
      },
    };
    const traced = (body: unknown, token?: string) => post(body, token, 'in', {}, 'acme', trace);
    await traced(event, 'wrong');
    expect(authenticated).toBe(0);
    await traced([]);
    expect(authenticated).toBe(1);
    expect(begun).toEqual([]);
    await traced([event, 'no event']);
    expect(store.stored.map(({ traceparent }) => traceparent)).toEqual([
      'context of the commit',
      'context of the commit',
    ]);
    store.away = true;
    expect(await traced({ ...event, id: 'e-2' })).toMatchObject({ kind: 'busy' });
    expect(begun).toEqual([2, 1]);
    expect(ended).toEqual([true, false]);
  });

  it('stores an event with its deliveries and wakes their destinations', async () => {
    const { store, post, woken } = await hub();
    const answer = await post(event);
    expect(answer).toMatchObject({ kind: 'stored', events: [{ type: 'pointsIssued', status: 'accepted' }] });
    expect(store.stored).toHaveLength(1);
    expect(store.stored[0]).toMatchObject({ customerIds: ['7'], deliveries: [{ destinationId: 'destination-1' }] });
    expect(woken).toEqual(['destination-1']);
  });

  it('answers a repeated event with the id of the first one, in the same call and in later calls', async () => {
    const { store, post } = await hub();
    const together = await post([event, event]);
    const later = await post(event);
    expect(store.stored).toHaveLength(1);
    const id = store.stored[0]?.id;
    expect(together).toMatchObject({
      events: [
        { id, status: 'accepted' },
        { id, status: 'duplicate' },
      ],
    });
    expect(later).toMatchObject({ events: [{ id, status: 'duplicate' }] });
  });

  it('shares a commit between events that arrive together', async () => {
    const { store, post } = await hub();
    await Promise.all(Array.from({ length: 50 }, (_, index) => post({ ...event, id: index })));
    expect(store.stored).toHaveLength(50);
    expect(store.groups.length).toBeLessThan(10);
  });

  it('stores a large call in one commit, in order, and never splits another call', async () => {
    const { store, post } = await hub();
    const call = (name: string, count: number) =>
      post(Array.from({ length: count }, (_, index) => ({ ...event, id: `${name}-${index}` })));
    await Promise.all([call('a', 1_000), call('b', 60), call('c', 60), call('d', 250)]);
    expect(store.groups).toEqual([1_000, 60, 60, 250]);
    const deliveries = store.stored.slice(0, 1_000).flatMap((stored) => stored.deliveries.map(({ id }) => id));
    expect(deliveries).toHaveLength(1_000);
    expect([...deliveries].sort()).toEqual(deliveries);
  });

  it.each([
    ['an empty body', Buffer.alloc(0), 'empty'],
    ['text', Buffer.from('not json'), 'not valid JSON'],
    ['bytes that are not text', Buffer.from([0xff, 0xfe, 0x00]), 'not UTF-8'],
    ['endless nesting', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 'deeper than 64'],
    ['an object without a type', Buffer.from('{"a":1}'), 'no type'],
  ])('stores %s, sealed, as an unreadable event', async (_name, body, reason) => {
    const { store, post } = await hub();
    expect(await post(body)).toMatchObject({ kind: 'stored', events: [{ type: 'unreadable', status: 'quarantined' }] });
    const [kept] = store.stored;
    expect(kept?.quarantineReason).toContain(reason);
    const sealed = Buffer.from(kept?.sealed ?? []).toString();
    expect(sealed).toBe(`event/${kept?.id}/personal\n${body.toString('base64')}`);
    expect(await post(body)).toMatchObject({ events: [{ status: 'duplicate' }] });
  });

  it('accepts an empty array', async () => {
    const { post } = await hub();
    expect(await post([])).toEqual({ kind: 'stored', events: [] });
  });

  it('rejects a call with too many events and stores none of them', async () => {
    const { store, post } = await hub();
    const many = Array.from({ length: 1_001 }, (_, index) => ({ ...event, id: index }));
    expect(await post(many)).toMatchObject({ kind: 'tooLarge' });
    expect(store.stored).toHaveLength(0);
  });

  it('counts the events of a call before it parses them', async () => {
    let reads = 0;
    const counting: typeof simpleAdapter = {
      ...simpleAdapter,
      read: (...call) => {
        reads += 1;
        return simpleAdapter.read(...call);
      },
    };
    const { post } = await hub(configurationRecords(), counting);
    const ones = (count: number) => Buffer.from(`[${Array.from({ length: count }, () => '1').join(',')}]`);
    expect(await post(ones(500_000))).toEqual({
      kind: 'tooLarge',
      message: 'The call has 500000 events; the maximum is 1000. Split it into several calls.',
    });
    expect(reads).toBe(0);
    expect(await post(ones(1_000))).toMatchObject({ kind: 'stored' });
    expect(reads).toBe(1);
  });

  it('reads an array as one event if the adapter declares it as one', async () => {
    const adapter: typeof simpleAdapter = { ...simpleAdapter, isOneEvent: ({ whole }) => whole === 'yes' };
    const { post } = await hub(configurationRecords(), adapter);
    const many = Array.from({ length: 1_001 }, (_, index) => ({ ...event, id: index }));
    expect(await post(many, 'let-me-in', 'in', { whole: 'yes' })).toMatchObject({ kind: 'stored' });
    expect(await post(many)).toMatchObject({ kind: 'tooLarge' });
  });

  it('quarantines an event with too many values', async () => {
    const { post, store } = await hub();
    const values = (count: number) => ({
      ...event,
      id: `e-${count}`,
      data: { list: Array.from({ length: count }, () => 1) },
    });
    expect(await post(values(19_000))).toMatchObject({ events: [{ status: 'accepted' }] });
    expect(await post(values(20_000))).toMatchObject({ events: [{ type: 'unreadable', status: 'quarantined' }] });
    expect(store.stored[1]?.quarantineReason).toBe('The event has more than 20000 values.');
  });

  it('answers wrong credentials, an unknown source and an unknown brand alike', async () => {
    const { post } = await hub();
    expect(await post(event, 'wrong')).toEqual({ kind: 'unauthorised' });
    expect(await post(event, 'let-me-in', 'other')).toEqual({ kind: 'unauthorised' });
  });

  it('refreshes the configuration before it rejects a caller', async () => {
    const { post, apply } = await hub();
    apply({ sources: [sourceRecord({ bearer: ['new-token'] })] });
    expect(await post(event, 'new-token')).toMatchObject({ kind: 'stored' });
  });

  it('routes by the configuration applied last, even if this process was not notified', async () => {
    const { store, post, apply } = await hub();
    apply({ subscriptions: [] });
    await post(event);
    expect(store.stored[0]?.deliveries).toEqual([]);
  });

  it('prepares only the events of a changed brand again, and the others of the group do not wait', async () => {
    const other = { ...brandRecord(), id: 'brand-2', name: 'globex' };
    const { store, post, edit, groups, stale, counts } = await hub(
      configurationRecords({
        brands: [brandRecord(), other],
        sources: [sourceRecord(), { ...sourceRecord(), id: 'source-2', brandId: 'brand-2' }],
      }),
    );
    store.revisions.set('brand-2', 1);
    const seen: string[][] = [];
    let answerOther: Promise<unknown> = Promise.resolve();
    store.onStore = (events) => {
      seen.push(events.map(({ sourceEventId, configRevision }) => `${sourceEventId} by ${configRevision}`));
      if (seen.length > 1) return;
      edit('brand-1');
      // The second round begins to store only after the other brand's call was answered.
      store.held = answerOther.then(() => undefined);
    };
    const own = post([
      { ...event, id: 'a1' },
      { ...event, id: 'a2' },
    ]);
    answerOther = post({ ...event, id: 'b1' }, 'let-me-in', 'in', {}, 'globex');
    await groups.drained();
    expect(await answerOther).toMatchObject({ events: [{ status: 'accepted' }] });
    expect(await own).toMatchObject({ events: [{ status: 'accepted' }, { status: 'accepted' }] });
    expect(seen).toEqual([
      ['a1 by 1', 'a2 by 1', 'b1 by 1'],
      ['a1 by 2', 'a2 by 2'],
    ]);
    expect(stale).toEqual([1]);
    expect(counts.take().map(({ sourceId, accepted }) => [sourceId, accepted])).toEqual([
      ['source-2', 1],
      ['source-1', 2],
    ]);
  });

  it('answers busy only for the brand that changes again and again', async () => {
    const other = { ...brandRecord(), id: 'brand-2', name: 'globex' };
    const { store, post, edit, faults } = await hub(
      configurationRecords({
        brands: [brandRecord(), other],
        sources: [sourceRecord(), { ...sourceRecord(), id: 'source-2', brandId: 'brand-2' }],
      }),
    );
    store.revisions.set('brand-2', 1);
    store.onStore = () => edit('brand-1');
    const answers = await Promise.all([post(event), post(event, 'let-me-in', 'in', {}, 'globex')]);
    expect(answers.map(({ kind }) => kind)).toEqual(['busy', 'stored']);
    expect(faults.map(String)).toEqual([expect.stringContaining('changed 20 times')]);
  });

  it('rejects a call whose credentials are no longer accepted at the time of the commit', async () => {
    const { store, post, apply } = await hub();
    apply({ sources: [] });
    expect(await post(event)).toEqual({ kind: 'unauthorised' });
    expect(store.stored).toHaveLength(0);
  });

  it('rejects a revoked secret even if this process was not notified', async () => {
    const { post, apply, store } = await hub();
    apply({ sources: [sourceRecord({ bearer: ['another'] })] });
    expect(
      await post([
        { type: 't', id: 1 },
        { type: 't', id: 2 },
      ]),
    ).toEqual({ kind: 'unauthorised' });
    expect(store.stored).toEqual([]);
    expect(await post({ type: 't', id: 1 }, 'another')).toMatchObject({ kind: 'stored' });
  });

  it('answers busy while the database is away, and stores the event when it is back', async () => {
    const { store, post, faults } = await hub();
    store.away = true;
    expect(await post(event)).toEqual({ kind: 'busy', retryAfterSeconds: 5 });
    expect(faults).toHaveLength(1);
    store.away = false;
    expect(await post(event)).toMatchObject({ kind: 'stored', events: [{ status: 'accepted' }] });
  });

  it('counts the events of a source that were stored, and no others', async () => {
    const { store, post, apply, counts } = await hub();
    store.away = true;
    await post(event);
    expect(counts.take()).toEqual([]);
    store.away = false;
    apply({ subscriptions: [] });
    await post(event);
    expect(counts.take()).toMatchObject([{ accepted: 1, quarantined: 0 }]);
    await post(event);
    expect(counts.take()).toEqual([]);
  });

  it('quarantines data that the database rejects, and stores the rest of the call in the same commit', async () => {
    const { store, post } = await hub();
    store.refuses = ({ sourceEventId, quarantineReason }) => sourceEventId === '2' && quarantineReason === null;
    const answer = await post([1, 2, 3].map((id) => ({ ...event, id })));
    expect(answer).toMatchObject({
      events: [{ status: 'accepted' }, { type: 'unreadable', status: 'quarantined' }, { status: 'accepted' }],
    });
    expect(store.groups).toEqual([3]);
    expect(Buffer.from(store.stored[1]?.sealed ?? []).toString()).toContain('\n');
    expect(store.stored[1]).toMatchObject({ quarantineReason: 'refused', deliveries: [], customerIds: [] });
  });

  it('fails only the call that cannot be quarantined, as a whole, so that its sender retries it', async () => {
    const { store, post, faults } = await hub();
    store.refuses = ({ type }) => type === 'unreadable' || type === 'odd';
    const answers = await Promise.all([
      post({ ...event, id: 'a' }),
      post([
        { ...event, id: 'b' },
        { ...event, id: 'c', type: 'odd' },
      ]),
      post({ ...event, id: 'd' }),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(['stored', 'busy', 'stored']);
    expect(store.stored.map(({ sourceEventId }) => sourceEventId)).toEqual(['a', 'd']);
    expect(faults).toHaveLength(1);
  });

  it('answers a flooding source with busy, and stores all events of other sources', async () => {
    const other = { ...sourceRecord({ bearer: ['other-token'] }), id: 'source-2', name: 'other' };
    const { store, post } = await hub(configurationRecords({ sources: [sourceRecord(), other] }));
    let release: () => void = () => undefined;
    store.held = new Promise((resolve) => (release = resolve));
    const flood = Array.from({ length: 3_000 }, (_, id) => post({ ...event, id }));
    const calm = Array.from({ length: 100 }, (_, id) => post({ ...event, id }, 'other-token', 'other'));
    const late = post({ ...event, id: 'late' });
    expect(await late).toEqual({ kind: 'busy', retryAfterSeconds: 5 });
    release();
    const kinds = async (answers: typeof flood) => (await Promise.all(answers)).map(({ kind }) => kind);
    expect((await kinds(flood)).filter((kind) => kind === 'stored')).toHaveLength(2_000);
    expect(new Set(await kinds(calm))).toEqual(new Set(['stored']));
    expect(await post({ ...event, id: 'after' })).toMatchObject({ kind: 'stored' });
  });

  it('seals personal values for `standard`, and lets filters read them', async () => {
    const when = { 'data.phone': { $startsWith: '+1500' } };
    const { store, post } = await hub(configurationRecords({ subscriptions: [subscriptionRecord({ when })] }));
    await post(event);
    const [stored] = store.stored;
    expect(stored?.data).toEqual({ points: 5 });
    expect(Buffer.from(stored?.sealed ?? []).toString()).toContain('+15005550006');
    expect(stored?.deliveries).toHaveLength(1);
  });

  describe('an event for which a filter exceeds its budget', () => {
    const when = { $or: Array.from({ length: 100 }, (_, index) => ({ 'data.items.wanted': index })) };
    const records = configurationRecords({ subscriptions: [subscriptionRecord({ when, name: 'costly' })] });
    const large = { ...event, data: { items: Array.from({ length: 15_000 }, () => ({})) } };

    it('is reported once it is stored, also if it was prepared again', async () => {
      const { store, post, apply, overBudget } = await hub(records);
      apply({});
      await post(large);
      expect(store.stored).toHaveLength(1);
      expect(overBudget).toEqual([['costly']]);
    });

    it('is not reported if it is a duplicate', async () => {
      const { post, overBudget } = await hub(records);
      await post([large, large]);
      await post(large);
      expect(overBudget).toEqual([['costly']]);
    });
  });

  it('removes personal values for `pii-less` before matching and storing', async () => {
    const when = { 'data.phone': { $exists: true } };
    const { store, post } = await hub(
      configurationRecords({
        brands: [brandRecord({ mode: 'pii-less' })],
        subscriptions: [subscriptionRecord({ when })],
      }),
    );
    await post({ ...event, data: { ...event.data, unheardOf: 'x' } });
    expect(store.stored[0]).toMatchObject({ data: { points: 5 }, sealed: null, deliveries: [] });
  });

  it('delays the first attempt by the destination’s schedule', async () => {
    const patient = destinationRecord({ retry: { scheduleMs: [5_000, 60_000] } });
    const { post, store } = await hub(configurationRecords({ destinations: [patient] }));
    await post({ type: 'a', id: 1 });
    const [stored] = store.stored;
    expect(stored?.deliveries[0]?.dueAt).toBe((stored?.receivedAt ?? 0) + 5_000);
  });
});
