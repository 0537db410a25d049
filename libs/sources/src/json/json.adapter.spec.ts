import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonAdapter } from './json.adapter.js';

describe('the json adapter', () => {
  it('reads the default names', () => {
    const body = { id: 9, type: 'paid', occurredAt: 1750224535, customerId: 42, data: { total: 5 } };
    expect(jsonAdapter.read(body, {})).toEqual([
      {
        kind: 'event',
        event: {
          type: 'paid',
          eventId: '9',
          organisation: null,
          occurredAt: '2025-06-18T05:28:55.000Z',
          customerIds: ['42'],
          attributes: {},
          data: { total: 5 },
        },
      },
    ]);
  });

  it('reads by paths, also into arrays; other fields keep their defaults', () => {
    const body = { meta: { name: 'paid', ids: ['x-1'] }, who: ['7', 7, 8], payload: { deep: { a: 1 } } };
    const paths = { type: 'meta.name', id: 'meta.ids.0', customerId: 'who', data: 'payload.deep' };
    expect(jsonAdapter.read([body], {}, paths)).toMatchObject([
      { event: { type: 'paid', eventId: 'x-1', customerIds: ['7', '8'], data: { a: 1 }, occurredAt: null } },
    ]);
  });

  it('uses the whole body as data if the data path does not exist, and a hash as a missing id', () => {
    const [first, second] = [
      { type: 't', a: 1 },
      { a: 1, type: 't' },
    ].map((body) => jsonAdapter.read(body, {})[0]);
    expect(first).toMatchObject({ event: { data: { type: 't', a: 1 }, eventId: expect.stringMatching(/^sha256:/) } });
    expect(second).toEqual(first);
  });

  it('reads own keys only', () => {
    expect(jsonAdapter.read({ a: 1 }, {}, { type: 'constructor.name' })).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('never throws for any JSON and any paths', () => {
    const path = fc.constantFrom('', '.', 'type', 'a.b', '__proto__.x', 'length', '0');
    const paths = fc.record(
      { id: path, type: path, occurredAt: path, customerId: path, data: path },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.jsonValue(), paths, (body, chosen) => {
        expect(jsonAdapter.read(body, {}, chosen)).toBeInstanceOf(Array);
      }),
    );
  });
});
