import { describe, expect, it } from '@jest/globals';
import { isCancellable, redeliveryOf } from './delivery-details';

describe('the actions of a delivery', () => {
  it.each([
    ['dead', { isPossible: true, means: 'plain' }],
    ['unconfirmed', { isPossible: true, means: 'askVendor' }],
    ['succeeded', { isPossible: true, means: 'twice' }],
    ['scheduled', { isPossible: false, refusal: 'waits' }],
    ['held', { isPossible: false, refusal: 'onHold' }],
    ['merged', { isPossible: false, refusal: 'merged' }],
  ] as const)('redeliver a delivery in the state %s', (status, redelivery) => {
    expect(redeliveryOf({ status, nextStepTrigger: null })).toEqual(redelivery);
  });

  it('do not redeliver a delivery whose fallback took over', () => {
    const redelivery = redeliveryOf({ status: 'dead', nextStepTrigger: 'rejected' });
    expect(redelivery).toEqual({ isPossible: false, refusal: 'nextStep' });
  });

  it('cancel what waits or failed, but nothing in flight', () => {
    expect(isCancellable({ status: 'scheduled', inFlight: false })).toBe(true);
    expect(isCancellable({ status: 'scheduled', inFlight: true })).toBe(false);
    expect(isCancellable({ status: 'succeeded', inFlight: false })).toBe(false);
  });
});
