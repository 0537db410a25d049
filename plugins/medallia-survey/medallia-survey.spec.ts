import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { answer, throttle } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import { discardedPositions, feedFileState } from './feed-file.js';
import { feedRecord, inputFields, settingsProblem } from './feed.js';
import medalliaSurvey from './index.js';
import sandbox, { SANDBOX } from './sandbox.js';

const folder = new URL('.', import.meta.url);
const presets = readdirSync(new URL('mappings/', folder)).map((name) => name.replace('.json', ''));

function read(path: string): { data: JsonObject; record: JsonObject } {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as { data: JsonObject; record: JsonObject };
}

describeDestination(medalliaSurvey, {
  sandbox,
  folder,
  events: Object.fromEntries(presets.map((type) => [type, read(`../../test/fixtures/events/${type}.json`).data])),
});

describe('the presets', () => {
  it('exist for the events that a survey follows, and use the fields of one feed', () => {
    expect(presets.sort()).toEqual([
      'customerAdded',
      'pointsIssued',
      'pointsRedeemed',
      'pointsTransferredInitiated',
      'pointsTransferredReceived',
      'transactionAdded',
    ]);
    const used = presets.flatMap((type) => Object.keys(read(`mappings/${type}.json`).record));
    expect(used.filter((name) => !SANDBOX.inputs.includes(name))).toEqual([]);
  });
});

describe('a record', () => {
  const feed = { feed: 'invites', mode: 'sync' as const, keyField: 'id', checkFields: true };
  const made = (record: JsonObject, fields?: string[]) => feedRecord(record, 'delivery-1', feed, fields);

  it('is sent as text, without empty values, and with its key', () => {
    const record = {
      a: 'x ',
      n: 1.5,
      big: 6600112233,
      zero: 0,
      yes: true,
      no: false,
      none: null,
      blank: ' ',
      empty: '',
    };
    expect(made(record)).toEqual({
      id: 'delivery-1',
      a: 'x ',
      n: '1.5',
      big: '6600112233',
      zero: '0',
      yes: 'true',
      no: 'false',
    });
  });

  it('keeps the key of the mapping unless it is empty', () => {
    expect(made({ id: 42 })).toEqual({ id: '42' });
    expect(made({ id: '' })).toEqual({ id: 'delivery-1' });
  });

  it('is refused if it contains lists or objects, by name and without a value', () => {
    expect(() => made({ tags: ['person@example.com'], deep: { a: 1 } })).toThrow(/objects: tags, deep\. Map/);
  });

  it('is refused if the feed does not have a field, with the names of its fields', () => {
    expect(made({ a: '1' }, ['id', 'a'])).toEqual({ id: 'delivery-1', a: '1' });
    expect(() => made({ emial: 'person@example.com' }, ['id', 'email'])).toThrow(
      'The feed "invites" has no field emial; it has id, email. Correct the mapping of "record".',
    );
    expect(() => made({ a: '1' }, ['a'])).toThrow(/no field id;.+"keyField"/);
    const many = Array.from({ length: 300 }, (_, index) => `field_${String(index)}`);
    expect(() => made({ a: '1' }, many)).toThrow(/field_19 and 280 more/);
  });
});

describe('a feed file', () => {
  const counted = (status: string, discarded: number, input = 1) => ({
    status,
    stats: { records: { input_count: input, discarded_count: discarded } },
  });

  it.each([
    [{ status: 'QUEUED' }, 'pending'],
    [{ status: 'PROCESSING' }, 'pending'],
    [{ status: 'COMPLETED_PENDING_RESULTS' }, 'pending'],
    [counted('COMPLETED_PENDING_RESULTS', 0), 'done'],
    [counted('COMPLETED_RESULTS_READY', 0), 'done'],
    [counted('COMPLETED_RESULTS_READY', 1), 'rejected'],
    [counted('COMPLETED_RESULTS_READY', 2, 3), 'partial'],
    [counted('COMPLETED', 0, 3), 'done'],
    [counted('COMPLETED_RESULTS_UNAVAILABLE', 3, 3), 'rejected'],
    [{ status: 'COMPLETED_RESULTS_READY', stats: { records: { discarded_count: 1 } } }, 'unknown'],
    [{ status: 'ERROR' }, 'rejected'],
    [{ status: 'COMPLETED_RESULTS_READY' }, 'unknown'],
    [{ status: 'HELD' }, 'unknown'],
    [{}, 'unknown'],
  ])('%j is %s', (file, state) => {
    expect(feedFileState(file)).toBe(state);
  });

  it.each([
    ['from 1', [1, 3], [2], [1]],
    ['from 0', [0, 2], [1], [1]],
    ['from 1, in any order', [1], [3, 2], [1, 2]],
    ['from 0, if the last record is not listed', [0], [1], [1]],
    ['that may begin with 0 or 1', [1], [2], [1]],
  ])('names its discarded records by positions %s', (what, successful, discarded, expected) => {
    const list = (positions: number[]) => positions.map((position) => ({ input_position: position }));
    const details = {
      processing_results: [{ successful_results: list(successful), discarded_results: list(discarded) }],
    };
    const input = what.includes('0 or 1') ? 4 : 3;
    const found = discardedPositions(counted('COMPLETED_RESULTS_READY', discarded.length, input), details);
    expect(found).toEqual(input === 4 ? undefined : expected);
    // The summary counts another discarded record, so the results are incomplete.
    expect(discardedPositions(counted('COMPLETED_RESULTS_READY', 3, 5), details)).toBeUndefined();
  });
});

describe('the introspection of a feed', () => {
  const feed = { feed: 'invites', mode: 'sync' as const, keyField: 'id', checkFields: true };
  const input = { type: 'object', properties: { id: { type: 'string' }, email: { type: 'string' } } };

  it('contains the input fields, at any depth of the input object', () => {
    expect(inputFields({ components: { schemas: { input } } })).toEqual(['id', 'email']);
    expect(inputFields({ paths: {}, input })).toEqual(['id', 'email']);
    expect(inputFields({ components: { schemas: { input: 'soon' } } })).toBeUndefined();
    expect(inputFields(['input'])).toBeUndefined();
  });

  it('is read to a limited depth', () => {
    let deep: JsonObject = { input };
    for (let level = 0; level < 50; level++) deep = { deep };
    expect(inputFields(deep)).toBeUndefined();
  });

  it('reveals a wrong mode and an unknown key field, if it contains them', () => {
    const document = (path: string) => ({ paths: { [path]: {} }, components: { schemas: { input } } });
    expect(settingsProblem(document('/inbound/v1/invites'), feed)).toBeUndefined();
    expect(settingsProblem(document('/inbound/v2/async/invites'), feed)).toContain('set "mode" to async');
    expect(settingsProblem(document('/inbound/v1/invites'), { ...feed, mode: 'async' })).toContain('"mode" to sync');
    expect(settingsProblem(document('/inbound/v1/invites'), { ...feed, keyField: 'x' })).toContain('set "keyField"');
    expect(settingsProblem({ openapi: '3.0.1' }, { ...feed, keyField: 'x' })).toBeUndefined();
    const unchecked = { ...feed, keyField: 'x', checkFields: false };
    expect(settingsProblem(document('/inbound/v1/invites'), unchecked)).toBeUndefined();
  });
});

describe('medallia-survey', () => {
  let bench: PluginBench;
  const asked = (end: string) => bench.sandbox.requests.filter(({ path }) => path.endsWith(end));
  const imports = () =>
    bench.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.includes('/inbound/'));
  const record = (extra: JsonObject) => ({ message: { record: { email: 'customer@example.com', ...extra } } });
  const settings = (own: JsonObject) => ({ settings: { ...bench.sandbox.settings, ...own } });

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  beforeEach(() => {
    bench.sandbox.clear();
  });
  afterAll(async () => {
    await bench.stop();
  });

  it('fetches one token and one description of the feed for concurrent deliveries', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => bench.deliver()));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: 8 }, () => 'accepted'));
    expect([asked('/token').length, asked('/v2/loyalty_invitations').length, imports().length]).toEqual([1, 1, 8]);
    expect(asked('/token')[0]?.path).toMatch(/^\/reporting\//);
    expect(imports()[0]?.path).toBe('/gateway/inbound/v1/loyalty_invitations');
  });

  it('fetches a new token once if the gateway refuses the old token', async () => {
    bench.sandbox.next(answer(401));
    expect(await bench.deliver()).toMatchObject({ kind: 'accepted' });
    expect([asked('/token').length, imports().length, bench.sandbox.received]).toEqual([1, 2, 1]);
    const [before, after] = imports().map((request) => request.bearer());
    expect(before).not.toBe(after);
  });

  it('stops at the second refusal', async () => {
    bench.sandbox.always(answer(401));
    expect(await bench.deliver()).toMatchObject({ kind: 'credentials', response: { status: 401 } });
    expect([imports().length, bench.sandbox.received]).toEqual([2, 0]);
  });

  it('imports into a queued feed, and returns the feed file of the record', async () => {
    const outcome = await bench.deliver(settings(SANDBOX.queued));
    expect(imports()[0]?.path).toBe('/gateway/inbound/v2/async/loyalty_invitations_queued');
    const file = outcome.kind === 'pending' ? outcome.externalId : '';
    const status = async () => {
      const headers = { authorization: imports()[0]?.headers.authorization ?? '' };
      return (await fetch(`${bench.sandbox.baseUrl}/gateway/inbound/v2/feedfiles/${file}`, { headers })).json();
    };
    expect(await status()).toEqual({ id: file, status: 'QUEUED' });
    expect(await status()).toMatchObject({ status: 'PROCESSING' });
    expect(await status()).toMatchObject({ status: 'COMPLETED_PENDING_RESULTS' });
    expect(await status()).toMatchObject({
      status: 'COMPLETED_RESULTS_READY',
      stats: { records: { input_count: 1, success_count: 1, discarded_count: 0, duplicated_count: 0 } },
    });
  });

  it('succeeds once a queued feed accepted it, if the brand does not wait for the result', async () => {
    expect(await bench.deliver(settings({ ...SANDBOX.queued, awaitResult: false }))).toMatchObject({
      kind: 'accepted',
      externalId: expect.any(String),
    });
  });

  it('requests the feed file by its id, with the token of the imports', async () => {
    const own = settings(SANDBOX.queued);
    const outcome = await bench.deliver(own);
    const file = outcome.kind === 'pending' ? outcome.externalId : '';
    expect(await bench.poll(file, own)).toMatchObject({ kind: 'pending', pollAfterMs: 30_000 });
    expect(asked(`/feedfiles/${file}`).map((request) => request.bearer())).toEqual([imports()[0]?.bearer()]);
    expect(await bench.poll('00000000-0000-4000-8000-000000000000', own)).toMatchObject({ kind: 'transient' });
    bench.sandbox.next(answer(403), 'feedFile');
    expect(await bench.poll(file, own)).toMatchObject({ kind: 'credentials' });
  });

  describe('with feed files', () => {
    const rows = (...emails: string[]) => emails.map((email) => ({ record: { email } }));
    const files = (own: JsonObject = {}) => ({ settings: { ...own, batch: { size: 3, within: 0 } } });
    const queued = { ...SANDBOX.queued, batch: { size: 3, within: 0 } };
    const kindsOf = (outcomes: readonly { readonly kind: string }[]) => outcomes.map(({ kind }) => kind);

    it('imports the records of several messages in one request, each with its key', async () => {
      const outcomes = await bench.deliverBatch(rows('a@example.com', 'b@example.com'), { batchId: 'file' });
      expect(kindsOf(outcomes)).toEqual(['accepted', 'accepted']);
      expect(imports().map((request) => request.json())).toEqual([
        [
          { email: 'a@example.com', event_id: 'file-0' },
          { email: 'b@example.com', event_id: 'file-1' },
        ],
      ]);
      expect(bench.sandbox.violations).toEqual([]);
    });

    it('leaves out a record that does not fit the feed, and sends nothing if none fits', async () => {
      const misfit = { record: { emial: 'a@example.com' } };
      const outcomes = await bench.deliverBatch([misfit, ...rows('b@example.com', 'c@example.com')], files());
      expect(kindsOf(outcomes)).toEqual(['mapping', 'accepted', 'accepted']);
      expect(imports().map((request) => request.json())).toMatchObject([[{ email: 'b@example.com' }, {}]]);
      bench.sandbox.clear();
      expect(kindsOf(await bench.deliverBatch([misfit, misfit], files()))).toEqual(['mapping', 'mapping']);
      expect(imports()).toEqual([]);
    });

    it('does not decide about records if a concurrent feed discarded some of them', async () => {
      const outcomes = await bench.deliverBatch(rows('nobody', 'b@example.com'), files());
      expect(outcomes).toMatchObject(
        Array(2).fill({ kind: 'unconfirmed', message: expect.stringMatching(/discarded 1 of 2 records/) }),
      );
      expect(kindsOf(await bench.deliverBatch(rows('nobody', 'nobody'), files()))).toEqual(['rejected', 'rejected']);
    });

    it('polls a queued feed file once for its records, and rejects the discarded records', async () => {
      const own = { settings: queued };
      const outcomes = await bench.deliverBatch(rows('a@example.com', 'nobody', 'c@example.com'), own);
      expect(kindsOf(outcomes)).toEqual(['pending', 'pending', 'pending']);
      const ids = outcomes.map((outcome) => (outcome.kind === 'pending' ? outcome.externalId : ''));
      const [file = ''] = (ids[0] ?? '').split('#');
      expect(ids).toEqual([`${file}#0`, `${file}#1`, `${file}#2`]);
      const poll = () => Promise.all(ids.map((id) => bench.poll(id, own)));
      const { now } = bench.clock;
      try {
        for (let round = 1; round <= 3; round += 1) {
          expect(kindsOf(await poll())).toEqual(['pending', 'pending', 'pending']);
          expect(asked(`/feedfiles/${file}`)).toHaveLength(round);
          bench.clock.now = () => now() + round * 30_000;
        }
        expect(kindsOf(await poll())).toEqual(['accepted', 'rejected', 'accepted']);
        expect([asked(`/feedfiles/${file}`).length, asked('/detailed-results').length]).toEqual([4, 1]);
      } finally {
        bench.clock.now = now;
      }
    });

    it('has limits in requests, and a limit of bytes that the settings may change', () => {
      const limits = (batch?: JsonObject) =>
        bench.gateway.facts('medallia-survey')?.batch({ ...bench.sandbox.settings, ...(batch && { batch }) });
      expect(limits()).toBeUndefined();
      const rest = { idempotent: 'message', rateCounts: 'calls' };
      expect(limits({})).toEqual({ size: 500, within: 5_000, bytes: 10_000_000, ...rest });
      expect(limits({ size: 75, within: 0, bytes: 5_000 })).toEqual({ size: 75, within: 0, bytes: 5_000, ...rest });
    });
  });

  it('invites once per key for different deliveries, and updates the second time', async () => {
    await bench.deliver(record({ event_id: 'the-event' }));
    expect(await bench.deliver(record({ event_id: 'the-event' }))).toMatchObject({
      kind: 'accepted',
      response: { body: '{"records":1,"duplicates":1,"rejects":0}' },
    });
    expect(bench.sandbox.inbox).toHaveLength(1);
  });

  it('sends any text unchanged', async () => {
    await bench.deliver(record({ event_id: 'texts', store_code: 'Ünal "x" {{ }} 🎉\n\\' }));
    expect(imports()[0]?.jsonObject()).toMatchObject({ store_code: 'Ünal "x" {{ }} 🎉\n\\' });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('refuses a record with an unknown field, and sends nothing', async () => {
    const outcome = await bench.deliver(record({ emial: 'customer@example.com' }));
    expect(outcome).toMatchObject({
      kind: 'mapping',
      message: expect.stringMatching(/no field emial; it has event_id,/),
    });
    expect(JSON.stringify(outcome)).not.toContain('customer@');
    expect(imports()).toEqual([]);
  });

  it('sends unchecked and does not request the description, if the settings say so', async () => {
    const own = settings({ checkFields: false });
    expect(await bench.deliver({ ...own, ...record({ emial: 'x' }) })).toMatchObject({ kind: 'accepted' });
    expect(asked('/v2/loyalty_invitations')).toEqual([]);
  });

  it.each([
    ['is unavailable', answer(503)],
    ['is forbidden for this role', answer(403)],
    ['has an unknown format', answer(200, { openapi: '3.0.1', paths: {} })],
    ['is no JSON', answer(200, '<html>')],
    ['is cut', { kind: 'resetAfterRead' as const }],
  ])('sends unchecked if the description %s, and requests it only once', async (name, behaviour) => {
    // A separate version of the destination, whose fields no earlier test has cached.
    const own = settings({ apiUrl: `${bench.sandbox.baseUrl}/gateway`, feed: 'loyalty_invitations', note: name });
    bench.sandbox.next(behaviour, 'feed');
    expect(await bench.deliver({ ...own, ...record({ emial: 'x' }) })).toMatchObject({ kind: 'accepted' });
    expect(await bench.deliver({ ...own, ...record({ emial: 'x' }) })).toMatchObject({ kind: 'accepted' });
    expect(asked('/v2/loyalty_invitations')).toHaveLength(1);
  });

  it('has higher limits for a queued feed', () => {
    const limits = (mode: string) =>
      bench.gateway.facts('medallia-survey')?.limits({ ...bench.sandbox.settings, mode });
    expect(limits('sync')).toEqual({ ratePerSecond: 1, concurrency: 5, timeoutMs: 60_000 });
    expect(limits('async')).toEqual({ ratePerSecond: 10, timeoutMs: 60_000 });
  });

  it('accepts an API URL with a trailing slash', async () => {
    expect(await bench.deliver(settings({ apiUrl: `${bench.sandbox.baseUrl}/gateway/` }))).toMatchObject({
      kind: 'accepted',
    });
  });

  it('prefers Retry-After to the reset of the quota', async () => {
    bench.sandbox.next(throttle(9));
    expect(await bench.deliver()).toMatchObject({ kind: 'throttled', retryAfterMs: 9_000 });
  });

  describe('without a token', () => {
    it.each([
      ['503 is transient', answer(503), { kind: 'transient' }],
      ['429 waits', throttle(7), { kind: 'throttled', retryAfterMs: 7_000 }],
      ['400 names the settings', answer(400, { error: 'invalid_client' }), { kind: 'credentials' }],
      ['a page instead of a token also does', answer(200, '<html>Sign in</html>'), { kind: 'credentials' }],
      [
        'a lost response is transient, because no record was sent',
        { kind: 'resetAfterRead' as const },
        { kind: 'transient' },
      ],
    ])('%s', async (name, behaviour, expected) => {
      const own = settings({ note: name });
      bench.sandbox.always(behaviour, 'token');
      expect(await bench.verify(own)).toMatchObject(expected);
      const outcome = await bench.deliver(own);
      expect(outcome).toMatchObject(expected);
      if (outcome.kind === 'credentials') expect(outcome.message).toMatch(/clientId, clientSecret and tokenUrl/);
      expect(imports()).toEqual([]);
    });

    it('reports a wrong tenant in the token URL', async () => {
      const tokenUrl = `${bench.sandbox.baseUrl}/reporting/oauth/other/token`;
      expect(await bench.verify(settings({ tokenUrl }))).toMatchObject({ kind: 'credentials' });
    });
  });

  describe('verify', () => {
    it('fetches a new token each time, because a cached token outlives a revoked secret', async () => {
      await bench.deliver();
      const kept = imports()[0]?.bearer();
      bench.sandbox.clear();
      expect(await bench.verify()).toEqual({ kind: 'accepted' });
      expect(asked('/token')).toHaveLength(1);
      expect(asked('/v2/loyalty_invitations').map((request) => request.bearer() === kept)).toEqual([false]);
      bench.sandbox.next(answer(401, { error: 'invalid_client' }), 'token');
      expect(await bench.verify()).toMatchObject({ kind: 'credentials' });
    });

    it.each([
      ['a missing feed', { feed: 'no_such_feed' }, 'no active feed "no_such_feed"'],
      ['a queued feed in sync mode', { ...SANDBOX.queued, mode: 'sync' }, 'set "mode" to async'],
      ['a concurrent feed in async mode', { mode: 'async' }, 'set "mode" to sync'],
      ['an unknown key field', { keyField: 'visit' }, 'set "keyField"'],
    ])('finds %s', async (_name, own, words) => {
      const outcome = await bench.verify(settings(own));
      expect(outcome).toMatchObject({ kind: 'credentials', message: expect.stringContaining(words) });
      expect(bench.sandbox.inbox).toEqual([]);
    });

    it('reports that the client may not read the feed, and that Medallia is unavailable', async () => {
      bench.sandbox.next(answer(403), 'feed');
      expect(await bench.verify()).toMatchObject({ kind: 'credentials', response: { status: 403 } });
      bench.sandbox.next(answer(500), 'feed');
      expect(await bench.verify()).toMatchObject({ kind: 'transient' });
    });
  });

  it.each([
    ['a feed with a slash', { feed: 'a/../b' }],
    ['another mode', { mode: 'batch' }],
    ['an address without https', { apiUrl: 'instance.apis.medallia.com' }],
  ])('refuses settings with %s', (_name, own) => {
    expect(bench.gateway.checkSettings('medallia-survey', { ...bench.sandbox.settings, ...own })).not.toEqual([]);
  });
});
