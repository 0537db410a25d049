import { describe, expect, it } from '@jest/globals';
import { fileAdapter } from './file.adapter.js';

const read = (body: unknown): unknown => fileAdapter.read(body, {})[0];

describe('fileAdapter', () => {
  it('reads the event that a template makes', () => {
    const body = {
      type: 'orderPlaced',
      id: 17,
      occurredAt: '2026-01-02T03:04:05Z',
      customerId: ' c1 ',
      data: { a: 1 },
    };
    expect(read(body)).toEqual({
      kind: 'event',
      event: {
        type: 'orderPlaced',
        eventId: '17',
        organisation: null,
        occurredAt: '2026-01-02T03:04:05.000Z',
        customerIds: ['c1'],
        attributes: {},
        data: { a: 1 },
      },
    });
  });

  it('takes the hash of the event as its id if the id is empty', () => {
    const id = (body: object): unknown => Reflect.get(Reflect.get(Object(read(body)), 'event') as object, 'eventId');
    expect(id({ type: 'a', id: '', data: { x: 1 } })).toMatch(/^sha256:/);
    expect(id({ type: 'a', id: '', data: { x: 1 } })).not.toBe(id({ type: 'a', id: '', data: { x: 2 } }));
  });

  it('refuses a time that it cannot read, but not an empty time', () => {
    expect(read({ type: 'a', occurredAt: '31/12/2025' })).toMatchObject({ kind: 'unreadable' });
    expect(read({ type: 'a', occurredAt: '' })).toMatchObject({ kind: 'event', event: { occurredAt: null } });
  });

  it('refuses an event without a type', () => {
    expect(read({ type: '', data: {} })).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('type') });
  });
});
