import { describe, expect, it } from '@jest/globals';
import { EMPTY_FORM, filterOf, includesSucceeded, mappingOf, rateOf, selectsDeliveries } from './replay-form';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');

describe('the form of a replay', () => {
  it('sends only the fields that are set, and refuses unknown choices', () => {
    expect(filterOf(EMPTY_FORM, NOW)).toEqual({});
    const form = { ...EMPTY_FORM, status: 'dead', errorKind: 'nonsense', destination: 'sms', range: '1h' };
    expect(filterOf(form, NOW)).toEqual({ status: 'dead', destination: 'sms', from: '2026-11-30T11:00:00.000Z' });
  });

  it('selects failures without a vendor code', () => {
    expect(filterOf({ ...EMPTY_FORM, vendorCode: '-' }, NOW)).toEqual({ vendorCode: '' });
    expect(filterOf({ ...EMPTY_FORM, vendorCode: '21211' }, NOW)).toEqual({ vendorCode: '21211' });
  });

  it.each([
    ['', undefined],
    ['10', 10],
    ['0.5', 0.5],
    ['0', null],
    ['many', null],
  ])('reads the rate "%s"', (rate, limit) => {
    expect(rateOf({ ...EMPTY_FORM, rate })).toBe(limit);
  });

  it('selects messages that did not arrive, and knows if it selects earlier deliveries', () => {
    const form = { ...EMPTY_FORM, vendorStatus: 'undelivered' };
    expect(filterOf(form, NOW)).toEqual({ vendorStatus: 'undelivered' });
    expect([selectsDeliveries(form), selectsDeliveries({ ...EMPTY_FORM, range: '1h' })]).toEqual([true, false]);
  });

  it('includes what succeeded only if it selects events', () => {
    const form = { ...EMPTY_FORM, range: '1h', includeSucceeded: '1' };
    expect([form, { ...form, status: 'dead' }, EMPTY_FORM].map(includesSucceeded)).toEqual([true, false, false]);
  });

  it('uses the recorded mapping unless the current one is chosen', () => {
    expect(mappingOf(EMPTY_FORM)).toBe('recorded');
    expect(mappingOf({ ...EMPTY_FORM, mapping: 'current' })).toBe('current');
  });
});
