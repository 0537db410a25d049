import { describe, expect, it } from '@jest/globals';
import { PausedLookupError, type FailedLookup, type LookupGuard } from '@patchbay/core';
import { DeliveryError } from '@patchbay/plugin-sdk';
import { ForbiddenCustomers } from './forbidden-customers.js';
import { guardedLookup } from './guarded-lookup.js';

const LOOKUP = 'recipients.resolver';
const FOUND = { phone: '+15005550006' };
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
  const guard = { pauses, brandId: 'b', lookup: LOOKUP, customer: '1', forbidden: new ForbiddenCustomers() } as const;
  return { refused, guard };
}

const forbid = (): Promise<never> =>
  Promise.reject(new DeliveryError('credentials', 'it answered 403', { vendorCode: '403' }));

describe('guardedLookup', () => {
  it('makes no call while the lookup is paused', async () => {
    const { guard } = pausesOf(true);
    await expect(guardedLookup(guard, () => Promise.reject(new Error('called')))).rejects.toThrow(PausedLookupError);
  });

  it('makes the call if the lookup was resumed meanwhile', async () => {
    expect(await guardedLookup(pausesOf(true, false).guard, () => Promise.resolve(FOUND))).toBe(FOUND);
  });

  it('pauses the lookup if its credentials are refused', async () => {
    const { guard, refused } = pausesOf(false);
    await expect(guardedLookup(guard, () => Promise.reject(REFUSED))).rejects.toThrow(PausedLookupError);
    expect(refused).toEqual([{ reason: 'it answered 401', revision: 7 }]);
  });

  it('does not pause the lookup if the system forbids the record of one customer', async () => {
    const { guard, refused } = pausesOf(false);
    for (let attempt = 0; attempt < 6; attempt += 1)
      await expect(guardedLookup(guard, forbid)).rejects.toMatchObject({ kind: 'credentials' });
    for (const customer of ['2', '3', '4'])
      await expect(guardedLookup({ ...guard, customer }, forbid)).rejects.toMatchObject({ kind: 'credentials' });
    expect(await guardedLookup({ ...guard, customer: '5' }, () => Promise.resolve(FOUND))).toBe(FOUND);
    await expect(guardedLookup(guard, forbid)).rejects.toMatchObject({ kind: 'credentials' });
    expect(refused).toEqual([]);
  });

  it('pauses the lookup if the system forbids several customers in a row', async () => {
    const { guard, refused } = pausesOf(false);
    for (const customer of ['1', '2', '3', '4'])
      await expect(guardedLookup({ ...guard, customer }, forbid)).rejects.toMatchObject({ kind: 'credentials' });
    // The event has no value that the lookup needs, so the system is not called.
    expect(await guardedLookup(guard, () => Promise.resolve({}))).toEqual({});
    await expect(guardedLookup({ ...guard, customer: '5' }, forbid)).rejects.toThrow(PausedLookupError);
    expect(refused).toEqual([{ reason: 'it answered 403', revision: 7 }]);
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
