import { describe, expect, it } from '@jest/globals';
import { PausedLookupError, type FailedLookup, type LookupGuard } from '@patchbay/core';
import { DeliveryError } from '@patchbay/plugin-sdk';
import { guardedLookup } from './guarded-lookup.js';

const LOOKUP = 'recipients.resolver';
const REFUSED = new DeliveryError('credentials', 'it answered 401');

/** Pauses of one lookup. @param stays false if another process resumes or changes the lookup at once */
function pausesOf(paused: boolean, stays = true) {
  const refused: FailedLookup[] = [];
  let isPaused = paused;
  const pauses: LookupGuard = {
    revision: 7,
    isPaused: () => isPaused,
    hold: () => Promise.resolve(isPaused && stays ? new PausedLookupError(LOOKUP, 1) : null),
    refuse: (_brandId, _lookup, failed) => {
      refused.push(failed);
      isPaused = true;
      return Promise.resolve();
    },
  };
  return { refused, guard: { pauses, brandId: 'b', lookup: LOOKUP } as const };
}

describe('guardedLookup', () => {
  it('makes no call while the lookup is paused', async () => {
    const { guard } = pausesOf(true);
    await expect(guardedLookup(guard, () => Promise.reject(new Error('called')))).rejects.toThrow(PausedLookupError);
  });

  it('makes the call if the lookup was resumed meanwhile', async () => {
    expect(await guardedLookup(pausesOf(true, false).guard, () => Promise.resolve('found'))).toBe('found');
  });

  it('pauses the lookup if its credentials are refused', async () => {
    const { guard, refused } = pausesOf(false);
    await expect(guardedLookup(guard, () => Promise.reject(REFUSED))).rejects.toThrow(PausedLookupError);
    expect(refused).toEqual([{ reason: 'it answered 401', revision: 7 }]);
  });

  it('retries the delivery if the lookup was changed during the call', async () => {
    const { guard } = pausesOf(false, false);
    await expect(guardedLookup(guard, () => Promise.reject(REFUSED))).rejects.toMatchObject({ kind: 'throttled' });
  });

  it('passes on all other failures, and refused credentials without pauses', async () => {
    const { guard, refused } = pausesOf(false);
    const transient = new DeliveryError('transient', 'it answered 500');
    await expect(guardedLookup(guard, () => Promise.reject(transient))).rejects.toBe(transient);
    expect(refused).toEqual([]);
    await expect(guardedLookup({ ...guard, pauses: undefined }, () => Promise.reject(REFUSED))).rejects.toBe(REFUSED);
  });
});
