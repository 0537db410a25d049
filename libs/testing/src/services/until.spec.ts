import { describe, expect, it } from '@jest/globals';
import { until } from './until.js';

describe('until', () => {
  it('returns the first truthy result of the condition', async () => {
    let calls = 0;
    const value = await until(() => ((calls += 1) === 3 ? 'there' : undefined), { what: 'the third call' });
    expect(value).toBe('there');
    expect(calls).toBe(3);
  });

  it('treats an error as not yet', async () => {
    let calls = 0;
    const condition = (): boolean => {
      calls += 1;
      expect(calls).toBeGreaterThan(1);
      return true;
    };
    expect(await until(condition, { what: 'the second call' })).toBe(true);
  });

  it('reports what did not happen, and why', async () => {
    const never = (): Promise<boolean> => Promise.reject(new Error('still dark'));
    await expect(until(never, { what: 'the light', timeoutMs: 30 })).rejects.toThrow(
      'Waited 30 ms for the light: still dark',
    );
  });
});
