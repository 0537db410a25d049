import { describe, expect, it } from '@jest/globals';
import { eventTime, recipientUpdates, statusUpdates } from './updates.js';

describe('statusUpdates', () => {
  it('returns an update with a status and an id', () => {
    const update = { deliveryId: 'd', status: 'sent', at: '2026-01-31T10:00:00.000Z', detail: 'x' } as const;
    expect(statusUpdates(update)).toEqual([update]);
    expect(statusUpdates({ externalId: 'e', status: 'sent', detail: '' })).toEqual([
      { externalId: 'e', status: 'sent', detail: undefined },
    ]);
  });

  it('returns nothing without a status, or without an id', () => {
    expect(statusUpdates({ deliveryId: 'd', externalId: 'e', status: undefined })).toEqual([]);
    expect(statusUpdates({ status: 'sent' })).toEqual([]);
  });
});

describe('recipientUpdates', () => {
  it('returns the change of an address', () => {
    expect(recipientUpdates('email', 'a@b.example', { change: 'opt_out', detail: 'spam' })).toEqual([
      { address: { kind: 'email', value: 'a@b.example' }, change: 'opt_out', detail: 'spam' },
    ]);
  });

  it('returns nothing without a change, or without an address', () => {
    expect(recipientUpdates('phone', '+15005550010', { change: undefined })).toEqual([]);
    expect(
      ['', null, undefined, 1].flatMap((value) => recipientUpdates('phone', value, { change: 'invalid' })),
    ).toEqual([]);
  });
});

describe('eventTime', () => {
  it.each([
    [1_769_853_600, '2026-01-31T10:00:00.000Z'],
    ['1769853600', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T11:00:00.000+0100', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T11:00:00+01:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000Z'],
  ])('reads %j', (value, time) => {
    expect(eventTime(value)).toBe(time);
  });

  it.each([0, -1, 1.5, 1e12, '', 'soon', '2026-01-31T10:00:00', '2026-13-31T10:00:00Z', null, undefined, {}])(
    'returns undefined for %j',
    (value) => {
      expect(eventTime(value)).toBeUndefined();
    },
  );
});
