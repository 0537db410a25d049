import { describe, expect, it } from '@jest/globals';
import type { JsonObject, NormalisedEvent } from '@patchbay/core';
import fc from 'fast-check';
import { capillaryAdapter } from './capillary.adapter.js';

const flat = {
  eventName: 'pointsIssued',
  eventId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  eventLogId: 6600500,
  orgId: 90001,
  refId: '90001_627e',
  apiRequestId: '627e',
  createdAt: 1750224535590,
  data: { customerIdentifiers: { customerId: 700100201, instore: { mobile: '919000000001' } }, totalPointsIssued: 100 },
  loyaltyEventId: null,
};

function logRecord({ eventId, ...attributes }: Record<string, unknown>, eventType: string): JsonObject {
  const record = {
    eventId,
    eventType,
    consumerGroupId: null,
    actionType: 'START',
    timeStamp: 1750224535600,
    attributes,
  };
  return JSON.parse(JSON.stringify(record)) as JsonObject;
}

function readOne(body: unknown): NormalisedEvent {
  const results = capillaryAdapter.read(body, {});
  expect(results).toHaveLength(1);
  const [result] = results;
  if (result?.kind !== 'event') throw new Error(`unreadable: ${result?.reason}`);
  return result.event;
}

describe('reading Capillary bodies', () => {
  it('reads the flat body', () => {
    expect(readOne(flat)).toEqual({
      type: 'pointsIssued',
      eventId: flat.eventId,
      organisation: '90001',
      occurredAt: '2025-06-18T05:28:55.590Z',
      customerIds: ['700100201'],
      attributes: { eventLogId: 6600500, refId: '90001_627e', apiRequestId: '627e' },
      data: flat.data,
    });
  });

  it.each([
    ['a log record', logRecord(flat, 'pointsIssued')],
    ['a log record whose type contains the organisation', logRecord(flat, '90001_pointsIssued')],
    [
      'a log record without field names inside',
      logRecord({ ...flat, eventName: undefined, orgId: undefined }, '90001_pointsIssued'),
    ],
    ['body', { body: flat }],
    ['event.body', { event: { body: flat, headers: { authorization: 'x' }, client_ip: '192.0.2.1' } }],
    ['an API answer', { data: flat, errors: null, warnings: null }],
    ['two nested wrappings', { event: { body: logRecord(flat, '90001_pointsIssued') } }],
  ])('reads %s as the same event', (_, body) => {
    const { attributes, ...event } = readOne(body);
    const { attributes: flatAttributes, ...flatEvent } = readOne(flat);
    expect(event).toEqual(flatEvent);
    expect(attributes).toMatchObject(flatAttributes);
    expect(JSON.stringify(attributes)).not.toContain('authorization');
  });

  it('reads arrays element by element', () => {
    const results = capillaryAdapter.read([flat, { body: flat }, { nothing: 1 }, null, 7], {});
    expect(results.map(({ kind }) => kind)).toEqual(['event', 'event', 'unreadable', 'unreadable', 'unreadable']);
    expect(results[2]).toMatchObject({ raw: { nothing: 1 } });
    expect(capillaryAdapter.read([], {})).toEqual([]);
  });

  it('trims keys at every depth, removes blanks in known names, and drops nothing on a collision', () => {
    const event = readOne({
      'eventName ': ' pointsIssued ',
      ' eventId': 'e-1',
      'or gId': 1000.0,
      'apiRe questId': 'r-1',
      data: { list: [{ ' programId': 7 }], ' a': 'stray', a: 'exact', 'points Redeemed': 3, 'my own key ': 1 },
    });
    expect(event).toMatchObject({ type: 'pointsIssued', eventId: 'e-1', organisation: '1000' });
    expect(event.attributes).toEqual({ apiRequestId: 'r-1' });
    expect(event.data).toEqual({
      list: [{ programId: 7 }],
      ' a': 'stray',
      a: 'exact',
      pointsRedeemed: 3,
      'my own key': 1,
    });
  });

  it('keeps keys such as __proto__ as plain keys and sets no prototype', () => {
    const body: unknown = JSON.parse(
      '{"eventName":"x","__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    );
    const { data } = readOne(body);
    expect(Object.hasOwn(data, '__proto__')).toBe(true);
    expect(Object.hasOwn(data, 'constructor')).toBe(true);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(JSON.stringify(data)).toContain('"constructor":{"prototype":{"polluted":1}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each([
    [90001, '90001'],
    ['90001', '90001'],
    ['1000.0', '1000'],
    [0, '0'],
    [' acme ', 'acme'],
    [null, null],
    ['', null],
    [{}, null],
  ])('reads organisation %j as %j', (orgId, organisation) => {
    expect(readOne({ ...flat, orgId }).organisation).toBe(organisation);
  });

  it.each([
    [1750224535590, '2025-06-18T05:28:55.590Z'],
    [1750224535, '2025-06-18T05:28:55.000Z'],
    ['1750224535590', '2025-06-18T05:28:55.590Z'],
    ['2025-06-18T05:28:55Z', '2025-06-18T05:28:55.000Z'],
    ['2025-06-18 05:28:55', '2025-06-18T05:28:55.000Z'],
    ['2020-04-23T11:10:51.351+0530', '2020-04-23T05:40:51.351Z'],
    ['2025-06-18', '2025-06-18T00:00:00.000Z'],
    [3805, null],
    [-1, null],
    [904788626831872, null],
    [1e308, null],
    ['yesterday', null],
    ['2025-13-45', null],
    [null, null],
    [{ a: 1 }, null],
    [true, null],
  ])('reads createdAt %j as %j', (createdAt, occurredAt) => {
    expect(readOne({ ...flat, createdAt }).occurredAt).toBe(occurredAt);
  });

  it('keeps an invalid createdAt in the data, so that it is visible', () => {
    expect(readOne({ ...flat, createdAt: 3805 }).attributes).toMatchObject({ createdAt: '3805' });
  });

  it('accepts undocumented types, and bodies reshaped by the brand', () => {
    const event = readOne({
      eventName: 'brandNew',
      apiRequestId: 'r',
      customerDetails: { customerId: 5, mobile: '919000000001' },
    });
    expect(event).toMatchObject({ type: 'brandNew', customerIds: ['5'], attributes: { apiRequestId: 'r' } });
    expect(event.data).toEqual({ customerDetails: { customerId: 5, mobile: '919000000001' } });
  });

  it('moves unknown fields beside data into data, where the privacy rules apply', () => {
    const event = readOne({
      ...flat,
      AvailablePointsBalance: 7,
      totalPointsIssued: 8,
      refId: { mobile: 'x' },
      traceAttributes: { t: '1' },
    });
    expect(event.data).toEqual({
      ...flat.data,
      AvailablePointsBalance: 7,
      'envelope.totalPointsIssued': 8,
      refId: { mobile: 'x' },
    });
    expect(event.attributes).toEqual({ eventLogId: 6600500, apiRequestId: '627e', traceAttributes: { t: '1' } });
  });

  it.each([[undefined], [null], [7], [''], ['  '], ['\u0000'], ['x'.repeat(201)], [{}]])(
    'reports eventName %j as unreadable',
    (eventName) => {
      const body = { ...flat, eventName };
      expect(capillaryAdapter.read(body, {})).toEqual([{ kind: 'unreadable', reason: expect.any(String), raw: body }]);
    },
  );

  it('removes NUL and lone surrogates from type and ids', () => {
    const event = readOne({ ...flat, eventName: 'new\u0000Type\ud800', eventId: 'e\u0000\udc00', orgId: 'o\u0000' });
    expect([event.type, event.eventId, event.organisation]).toEqual(['newType\ufffd', 'e\ufffd', 'o']);
  });

  it('hashes ids that are too long, so that duplicates are still detected', () => {
    const [a, b] = ['a', 'b'].map((end) => readOne({ ...flat, eventId: 'x'.repeat(300) + end }).eventId);
    expect(a).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(a).not.toBe(b);
  });

  it('reports a body that is nested too deeply or wrapped endlessly as unreadable', () => {
    const nest = (key: string): unknown => {
      let body: unknown = flat;
      for (let depth = 0; depth < 50_000; depth++) body = { [key]: body };
      return body;
    };
    expect(capillaryAdapter.read(nest('body'), {})[0]).toMatchObject({ kind: 'unreadable' });
    expect(capillaryAdapter.read({ ...flat, data: nest('x') }, {})[0]).toMatchObject({ kind: 'unreadable' });
  });
});

describe('events without an eventId', () => {
  const { eventId: _, ...without } = flat;

  it('get an id from their content, independent of wrapping and key order', () => {
    const reversed = Object.fromEntries(Object.entries(without).reverse());
    const ids = [
      without,
      reversed,
      { body: without },
      logRecord(without, '90001_pointsIssued'),
      { ...without, 'refId ': without.refId },
    ].map((body) => readOne(body).eventId);
    expect(ids[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ids.slice(0, 4)).toEqual(Array(4).fill(ids[0]));
  });

  it('get different ids if their content differs', () => {
    const variants = [
      without,
      { ...without, orgId: 2 },
      { ...without, createdAt: 1750224535591 },
      { ...without, data: {} },
    ];
    expect(new Set(variants.map((body) => readOne(body).eventId)).size).toBe(4);
  });
});

describe('with any JSON', () => {
  const anyJson = fc.oneof(
    fc.jsonValue({ maxDepth: 8 }),
    fc.record(
      {
        eventName: fc.oneof(fc.string(), fc.jsonValue()),
        eventId: fc.jsonValue(),
        orgId: fc.jsonValue(),
        createdAt: fc.jsonValue(),
        attributes: fc.jsonValue(),
        body: fc.jsonValue(),
        event: fc.jsonValue(),
        data: fc.oneof(
          fc.jsonValue(),
          fc.record({
            customerIdentifiers: fc.jsonValue(),
            coupons: fc.jsonValue(),
            entityInformation: fc.jsonValue(),
          }),
        ),
      },
      { requiredKeys: [] },
    ),
  );

  it('read() and recipientOf() never throw, and events are always well-formed', () => {
    fc.assert(
      fc.property(anyJson, (body) => {
        for (const result of capillaryAdapter.read(body, {})) {
          if (result.kind !== 'event') continue;
          const { type, eventId, organisation, occurredAt, customerIds, data } = result.event;
          for (const id of [type, eventId, organisation ?? 'none', ...customerIds]) {
            expect(id.length).toBeGreaterThan(0);
            expect(id.length).toBeLessThanOrEqual(200);
            expect(id).toBe(id.toWellFormed());
            expect(id).not.toContain('\u0000');
          }
          if (occurredAt !== null) expect(new Date(occurredAt).toISOString()).toBe(occurredAt);
          expect(customerIds.length).toBeLessThanOrEqual(20);
          capillaryAdapter.recipientOf(type, data);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads its own output again', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), (data) => {
        const event = readOne({ ...flat, data });
        expect(readOne({ ...flat, data: event.data })).toEqual(event);
      }),
    );
  });
});
