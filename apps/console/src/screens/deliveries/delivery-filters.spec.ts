import { describe, expect, it } from '@jest/globals';
import { isFiltered, NO_FILTERS, replaySearch } from './delivery-filters';

const times = { customer: '', range: '', from: '', to: '' };

describe('the filters of deliveries', () => {
  it('know if one of them is set', () => {
    expect(isFiltered(NO_FILTERS)).toBe(false);
    expect(isFiltered({ ...NO_FILTERS, errorKind: ['rejected'] })).toBe(true);
    expect(isFiltered({ ...NO_FILTERS, range: '1h' })).toBe(true);
  });

  it('are passed on to a replay', () => {
    const filters = { ...NO_FILTERS, status: ['dead'], destination: ['sms'], vendorCode: ['-'] };
    expect(replaySearch(filters)).toEqual({ ...times, status: 'dead', destination: 'sms', vendorCode: '-' });
  });

  it('are passed on to a replay of messages that did not arrive', () => {
    const undelivered = { ...NO_FILTERS, vendorStatus: ['undelivered'] };
    expect(replaySearch(undelivered)).toEqual({ ...times, vendorStatus: 'undelivered' });
    expect(replaySearch({ ...undelivered, status: ['succeeded'] })).toMatchObject({ status: 'succeeded' });
    expect(replaySearch({ ...undelivered, status: ['dead'] })).toBeNull();
    expect(replaySearch({ ...NO_FILTERS, vendorStatus: ['delivered'] })).toBeNull();
    expect(isFiltered(undelivered)).toBe(true);
  });

  it('cannot be passed on if deliveries wait for a lookup', () => {
    const waiting = { ...NO_FILTERS, lookup: ['recipients.resolver'] };
    expect([isFiltered(waiting), replaySearch({ ...waiting, status: ['dead'] })]).toEqual([true, null]);
  });

  it('cannot be passed on to a replay without a state, with several values, or with a state that waits', () => {
    expect(replaySearch(NO_FILTERS)).toBeNull();
    expect(replaySearch({ ...NO_FILTERS, status: ['dead'], destination: ['sms', 'crm'] })).toBeNull();
    expect(replaySearch({ ...NO_FILTERS, status: ['scheduled'] })).toBeNull();
  });
});
