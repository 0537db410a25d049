import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { withRenewals } from './renewed-lease.js';

describe('a renewed lease', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is renewed until the work ends, also if a renewal fails', async () => {
    let calls = 0;
    const renew = (): Promise<boolean> => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(true);
    };
    await withRenewals(renew, 3_000, async (isLost) => {
      await jest.advanceTimersByTimeAsync(3_000);
      expect(calls).toBe(3);
      expect(isLost()).toBe(false);
    });
    await jest.advanceTimersByTimeAsync(6_000);
    expect(calls).toBe(3);
  });

  it('tells the work that another process has it, and ends with the error of the work', async () => {
    const renew = (): Promise<boolean> => Promise.resolve(false);
    let calls = 0;
    const work = withRenewals(renew, 3_000, async (isLost) => {
      calls += 1;
      expect(isLost()).toBe(false);
      await jest.advanceTimersByTimeAsync(1_000);
      expect(isLost()).toBe(true);
      throw new Error('lost');
    });
    await expect(work).rejects.toThrow('lost');
    expect(calls).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
