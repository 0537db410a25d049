import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { pathWarnings, type KnownEvent } from './path-warnings.js';

const schema: JsonObject = {
  type: 'object',
  properties: {
    points: { type: 'number' },
    note: { type: ['string', 'null'] },
    lines: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
    custom: { type: 'object', additionalProperties: { type: 'object', properties: { value: { type: 'string' } } } },
    anything: {},
  },
};
const known: KnownEvent = {
  envelope: {
    ...{ id: 'e', type: 'pointsIssued', brand: 'acme', source: 'in', customerId: '7' },
    ...{ occurredAt: '2026-01-01T00:00:00.000Z', receivedAt: '2026-01-01T00:00:00.000Z' },
    data: { points: 5, extra: { a: 1 }, tags: ['x'] },
  },
  schema,
  recipient: {},
  lookups: {},
  enrich: ['customer'],
};
const of = (reads: readonly string[], event = known): readonly (string | null)[][] =>
  pathWarnings({ mapping: reads.map((read) => ({ messagePath: 'body', read })), filter: [] }, event).map(
    ({ path, suggestion }) => [path, suggestion],
  );

describe('pathWarnings', () => {
  it.each([
    ...['data', 'data.points', 'data.note', 'data.lines.*.sku', 'data.lines.sku', 'data.custom.any.value'],
    ...['data.anything.at.all', 'data.extra.a', 'data.tags.first', 'data.tags.*', 'data.lines.size', 'data.note.size'],
    ...['event.type', 'brand.timezone', 'recipient.phone', 'enriched.customer.tier', 'digest.events.*.data.points'],
  ])('knows %s', (read) => {
    expect(of([read])).toEqual([]);
  });

  it('finds paths that neither the schema nor the event has, with the most similar path', () => {
    expect(
      of(['data.pointz', 'data.nope', 'data.lines.*.skuu', 'data.points.value', 'event.kind', 'brand.zone']),
    ).toEqual([
      ['data.pointz', 'data.points'],
      ['data.nope', 'data.note'],
      ['data.lines.*.skuu', 'data.lines.*.sku'],
      ['data.points.value', null],
      ['event.kind', null],
      ['brand.zone', null],
    ]);
    expect(of(['recipient.phome', 'enriched.custome.tier'])).toEqual([
      ['recipient.phome', 'recipient.phone'],
      ['enriched.custome.tier', 'enriched.customer.tier'],
    ]);
  });

  it('names the field and the reason', () => {
    const filter = ['data.pointz'];
    const mapping = [
      { messagePath: 'body', read: 'data.absent' },
      { messagePath: null, read: 'data.absent' },
    ];
    expect(pathWarnings({ mapping, filter }, known).map(({ field, message }) => [field, message])).toEqual([
      [
        'when.data.pointz',
        'data.pointz is not in pointsIssued and not in this event, so it has no value. Did you mean "data.points"?',
      ],
      ['mapping.body', 'data.absent is not in pointsIssued and not in this event, so it has no value.'],
      ['mapping', 'data.absent is not in pointsIssued and not in this event, so it has no value.'],
    ]);
  });

  it('knows only the event itself if the source declares no schema', () => {
    const { schema: _none, ...rest } = known;
    const plain = { ...rest, schema: undefined };
    expect(of(['data.points', 'data.note'], plain)).toEqual([['data.note', null]]);
  });

  it('knows the recipient fields of the resolver, and all fields if Capillary adds some', () => {
    const mapping = { nick: '{{ body.nick }}' };
    const resolver = {
      type: 'http',
      url: '',
      method: 'GET',
      headers: {},
      timeoutMs: 1,
      retries: 0,
      cacheMs: 0,
    } as const;
    expect(of(['recipient.nick'], { ...known, lookups: { resolver: { ...resolver, mapping } } })).toEqual([]);
  });

  it('limits the number of warnings', () => {
    expect(of(Array.from({ length: 80 }, (_, index) => `data.missing-${index}`))).toHaveLength(50);
  });
});
