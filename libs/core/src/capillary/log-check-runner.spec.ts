import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { DeliveryError, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { brandRecord, configurationRecords, simpleAdapter, sourceRecord } from '../testing/configuration-builder.js';
import { compiledBrand } from '../testing/loaded-store.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { CapillaryLogSpec } from '../configuration/lookups.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import type { CallOutcome, IngestedEvent, ReceivedCall } from '../ingest/group-commit.js';
import type { LogCheck, MissingEvent } from './log-check.js';
import { LogCheckRunner, type LogCheckRunnerDependencies } from './log-check-runner.js';
import type { ClaimedLogCheck, LogCheckStore, LoggedEvent, LogProgress } from './log-check-store.port.js';
import { LOG_START } from './log-page.js';

const LOGS: CapillaryLogSpec = {
  fields: { id: 'id', type: 'type', time: 'time', status: 'status', payload: 'payload' },
  waiting: ['RETRYING'],
  paging: { kind: 'page', parameter: 'page', first: 0 },
  range: { from: 'from', to: 'to' },
};

const NOW = Date.parse('2026-12-01T12:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();

/** Adapter that reads the log record of an entry, and events such as `{ type, id, at }`. */
const ADAPTER: SourceAdapter = {
  ...simpleAdapter,
  read: (body) => {
    const { eventType, eventId, timeStamp, at = timeStamp, ...event } = body as JsonObject;
    return simpleAdapter
      .read(eventType === undefined ? event : { type: eventType, id: eventId }, {})
      .map((one) =>
        one.kind === 'event'
          ? { ...one, event: { ...one.event, occurredAt: typeof at === 'string' ? at : null } }
          : one,
      );
  },
};

const CHECK: LogCheck = {
  ...{
    id: 'c-1',
    brandId: 'brand-1',
    sourceId: 'source-1',
    consumerGroup: 'g-1',
    from: '2026-11-29',
    to: '2026-11-30',
  },
  ...{ requestedBy: 'tests', state: 'running', position: LOG_START, entries: 0, unreadable: 0, types: [] },
  ...{ missing: 0, recovered: 0, reason: null, createdAt: NOW, updatedAt: NOW, endedAt: null },
};

function brandWith(logs: CapillaryLogSpec | undefined, disabled = false): CompiledBrand {
  const access = { baseUrl: 'https://eu.api.capillarytech.com', ratePerMinute: 10_000_000 };
  const capillary = { ...access, auth: { kind: 'oauth', key: 'k', secret: 's' } as const };
  const platform = { capillary: logs === undefined ? capillary : { ...capillary, logs } };
  const records = configurationRecords({
    brands: [{ ...brandRecord(), lookups: { platform } }],
    sources: [{ ...sourceRecord(), disabled }],
    subscriptions: [],
  });
  return compiledBrand(records, new Map([['simple', ADAPTER]]));
}

interface Fixture {
  readonly runner: LogCheckRunner;
  readonly queries: Readonly<Record<string, string>>[];
  readonly calls: ReceivedCall[];
  readonly progress: LogProgress[];
  /** Releases, ends and recounts, in order. */
  readonly ends: string[];
}

interface FixtureOptions {
  /** Answer for a page, from 0. */
  readonly page: (page: number) => Json | Promise<Json>;
  /** Ids that the hub has. */
  readonly has?: (id: string) => boolean;
  readonly claimed?: Partial<LogCheck>;
  readonly brand?: CompiledBrand | null;
  readonly advances?: (progress: LogProgress) => boolean;
  readonly ingest?: (call: ReceivedCall) => IngestedEvent['status'];
}

function fixture({ page, has = () => false, claimed = {}, ...also }: FixtureOptions): Fixture {
  const { brand = brandWith(LOGS), advances = () => true, ingest = () => 'accepted' } = also;
  const [queries, calls, progress]: [Fixture['queries'], ReceivedCall[], LogProgress[]] = [[], [], []];
  const ends: string[] = [];
  const store: Partial<LogCheckStore> = {
    claim: () => Promise.resolve<ClaimedLogCheck>({ ...CHECK, ...claimed, token: 't' }),
    renew: () => Promise.resolve(true),
    stored: (_source, events: readonly LoggedEvent[]) => Promise.resolve(events.map(({ eventId }) => has(eventId))),
    advance: (_claimed, step) => {
      progress.push(step);
      return Promise.resolve(advances(step));
    },
    release: (_claimed, delayMs, reason) => Promise.resolve(void ends.push(`released for ${delayMs}: ${reason}`)),
    end: (_claimed, reason) => Promise.resolve(void ends.push(reason ?? 'done')),
  };
  const parts: LogCheckRunnerDependencies = {
    store: store as LogCheckStore,
    configuration: { brand: () => Promise.resolve(brand), refresh: () => Promise.resolve() },
    logs: {
      page: async (_connection, _group, query) => {
        queries.push(query);
        return page(Number(query['page']));
      },
    },
    onRecovered: () => Promise.resolve(void ends.push('counted again')),
    groups: {
      add: (call): Promise<CallOutcome> => {
        calls.push(call);
        const events = call.events.map(({ id }) => ({ id, type: 'a', status: ingest(call) }));
        return Promise.resolve({ kind: 'stored', events, destinationIds: new Set<string>() });
      },
    },
    admission: { reserveBackground: () => ({ grow: () => true, release: () => undefined }) },
    ...{ liveWaitMs: () => 0, overloaded: () => Promise.resolve([]), wakeUps: { wake: () => undefined } },
    clock: { now: () => NOW },
  };
  const runner = new LogCheckRunner(parts, { leaseMs: 60_000, turnMs: 600_000 });
  return { runner, queries, calls, progress, ends };
}

const entry = (id: string, also: JsonObject = {}): JsonObject => ({ id, type: 'a', status: 'DELIVERED', ...also });
const withEvent = (id: string, event: JsonObject = { type: 'a', id }): JsonObject =>
  entry(id, { time: daysAgo(2), payload: event });
/** Returns the pages of a log, then an empty page. */
const pages =
  (...all: Json[][]): FixtureOptions['page'] =>
  (page) =>
    all[page] ?? [];
const ids = (events: readonly MissingEvent[]): [string, boolean][] =>
  events.map(({ eventId, recovered }) => [eventId, recovered]);

describe('LogCheckRunner', () => {
  it('compares each page with the stored events, and lists missing events without an event in their entry', async () => {
    const log = pages(
      [entry('1'), entry('2'), { id: 'no type' }],
      [entry('3', { status: 'RETRYING' }), entry('4', { status: 'a\u0000' })],
    );
    const { runner, queries, progress, calls, ends } = fixture({ page: log, has: (id) => id === '1' });
    expect(await runner.once()).toBe(true);
    const range = { from: String(Date.parse('2026-11-29')), to: String(Date.parse('2026-12-01')) };
    expect(queries).toEqual(['0', '1', '2'].map((page) => ({ ...range, page })));
    expect(progress.map(({ missing }) => ids(missing))).toEqual([[['2', false]], [['4', false]], []]);
    expect(progress[1]?.missing[0]).toMatchObject({ type: 'a', status: 'a' });
    expect(progress.at(-1)).toMatchObject({
      ...{ entries: 5, unreadable: 1, position: { next: '2' } },
      types: [{ type: 'a', entries: 4, stored: 1, waiting: 1, quarantined: 0 }],
    });
    expect([calls, ends]).toEqual([[], ['done']]);
  });

  it('recovers events in batches through ingest, marks them, and counts the days again', async () => {
    const all = Array.from({ length: 150 }, (_, index) => withEvent(String(index)));
    const { runner, calls, progress, ends } = fixture({ page: pages(all), has: (id) => id === '0' });
    await runner.once();
    expect(calls.map(({ events }) => events.length)).toEqual([100, 49]);
    expect(calls[0]?.events[0]).toMatchObject({
      origin: { kind: 'logCheck', id: 'c-1', recovered: true },
      content: { kind: 'event', event: { type: 'a', eventId: '1' } },
    });
    // Each batch is recorded before the page, which may be interrupted.
    expect(progress.map(({ missing, entries }) => [missing.length, entries])).toEqual([
      [100, 0],
      [49, 0],
      [149, 150],
      [0, 150],
    ]);
    expect(progress.flatMap(({ missing }) => missing).every(({ recovered }) => recovered)).toBe(true);
    expect(ends).toEqual(['done', 'counted again']);
  });

  it('does not recover an event with another id or type than its entry, or one that Capillary sends', async () => {
    const waiting = { ...withEvent('4'), status: 'RETRYING' };
    const log = [
      withEvent('1', { type: 'a', id: 'x' }),
      withEvent('2', { type: 'b', id: '2' }),
      withEvent('3', {}),
      waiting,
    ];
    const { runner, calls, progress } = fixture({ page: pages(log) });
    await runner.once();
    expect(calls).toEqual([]);
    expect(ids(progress[0]?.missing ?? [])).toEqual(['1', '2', '3'].map((id) => [id, false]));
  });

  it('does not recover an event whose dedupe key may be deleted, because its messages would be sent again', async () => {
    const log = [
      { ...withEvent('the log says that it is old'), time: daysAgo(31) },
      withEvent('a later attempt', { type: 'a', id: 'a later attempt', at: daysAgo(31) }),
      { ...withEvent('no time'), time: null },
      withEvent('recent', { type: 'a', id: 'recent', at: daysAgo(29) }),
    ];
    const { runner, calls, progress } = fixture({ page: pages(log) });
    await runner.once();
    expect(calls.flatMap(({ events }) => events.map(({ content }) => content))).toMatchObject([
      { event: { eventId: 'recent' } },
    ]);
    expect(ids(progress.at(-2)?.missing ?? [])).toEqual([
      ['a later attempt', false],
      ['no time', false],
      ['recent', true],
    ]);
    expect(progress.at(-1)).toMatchObject({ types: [{ entries: 4, stored: 1 }] });
  });

  it.each([
    ['duplicate', { stored: 1, quarantined: 0 }],
    ['quarantined', { stored: 0, quarantined: 1 }],
  ] as const)('counts an event as found if ingest answers that it is a %s', async (status, counts) => {
    const { runner, progress, ends } = fixture({ page: pages([withEvent('1')]), ingest: () => status });
    await runner.once();
    expect(progress.at(-1)).toMatchObject({ types: [{ entries: 1, ...counts }] });
    expect(progress.flatMap(({ missing }) => missing)).toEqual([]);
    expect(ends).toEqual(['done']);
  });

  it('continues after the last recorded page, with its counts', async () => {
    const types = [{ type: 'a', entries: 9, stored: 9, waiting: 0, quarantined: 0 }];
    const position = { next: '1', lastPage: null };
    const claimed = { position, entries: 9, types, recovered: 1 };
    const { runner, queries, progress, ends } = fixture({ page: pages([], [entry('1')]), claimed });
    await runner.once();
    expect(queries.map(({ page }) => page)).toEqual(['1', '2']);
    expect(progress[0]).toMatchObject({ entries: 10, types: [{ entries: 10, stored: 9 }] });
    expect(ends).toEqual(['done', 'counted again']);
  });

  it('stops after it has lost its lease, and releases the check when it is stopped', async () => {
    const lost = fixture({ page: pages([entry('1')], [entry('2')]), advances: () => false });
    await lost.runner.once();
    expect([lost.queries.length, lost.ends]).toEqual([1, []]);
    const stopped = fixture({ page: pages([entry('1')]) });
    stopped.runner.stop();
    await stopped.runner.once();
    expect([stopped.queries.length, stopped.ends]).toEqual([0, ['released for 0: null']]);
  });

  it.each([
    [
      'waits as long as Capillary asks',
      new DeliveryError('throttled', 'slow', { retryAfterMs: 70 }),
      'released for 70: slow',
    ],
    ['waits while Capillary fails', new DeliveryError('transient', 'down'), 'released for 60000: down'],
    ['ends if Capillary refuses', new DeliveryError('rejected', 'refused'), 'refused'],
  ])('%s', async (_name, error, end) => {
    const { runner, ends, progress } = fixture({
      page: (page) => (page === 0 ? [entry('1')] : Promise.reject(error)),
    });
    await runner.once();
    expect([ends, progress.length]).toEqual([[end], 1]);
  });

  it.each([
    ['the answer has another form', { page: () => ({}) }, 'is not a list'],
    ['it has run for a week', { page: pages(), claimed: { createdAt: NOW - 8 * DAY_MS } }, 'not reached within 7 days'],
    ['the settings were removed', { page: pages(), brand: brandWith(undefined) }, 'logs was removed'],
    ['the source is disabled', { page: pages(), brand: brandWith(LOGS, true) }, 'deleted or disabled'],
    ['the brand was deleted', { page: pages(), brand: null }, 'deleted or disabled'],
  ])('ends with the reason if %s', async (_name, options: FixtureOptions, reason) => {
    const { runner, ends } = fixture(options);
    await runner.once();
    expect(ends).toEqual([expect.stringContaining(reason)]);
  });

  it('continues later after any other error', async () => {
    const { runner, ends } = fixture({ page: () => Promise.reject(new Error('broken')) });
    await expect(runner.once()).rejects.toThrow('broken');
    expect(ends).toEqual(['released for 5000: null']);
  });

  it('keeps at most two of 40 pages in memory', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const alive: WeakRef<object>[] = [];
    let kept = Infinity;
    const { runner, progress } = fixture({
      page: async (page) => {
        // A weak reference is cleared only between two tasks.
        await setImmediate();
        if (page >= 40) {
          collect();
          kept = alive.filter((one) => one.deref() !== undefined).length;
          return [];
        }
        const list = Array.from({ length: 200 }, (_, index) => entry(`${page}-${index}`));
        alive.push(new WeakRef(list));
        return list;
      },
      has: () => true,
    });
    await runner.once();
    expect(progress.at(-1)).toMatchObject({ entries: 8_000, types: [{ stored: 8_000 }] });
    expect(kept).toBeLessThanOrEqual(2);
  });
});
