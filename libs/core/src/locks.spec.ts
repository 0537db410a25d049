import { describe, expect, it } from '@jest/globals';
import { InProcessLocks, NestedLocks, type Locks } from './locks.js';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('InProcessLocks', () => {
  it('runs one function at a time per key, in order, and different keys concurrently', async () => {
    const locks = new InProcessLocks();
    const log: string[] = [];
    const job = (key: string, name: string) =>
      locks.run(
        key,
        async () => {
          log.push(`+${name}`);
          await turn();
          log.push(`-${name}`);
        },
        never,
      );
    await Promise.all([job('a', '1'), job('a', '2'), job('b', '3'), job('a', '4')]);
    expect(log.filter((line) => !line.endsWith('3'))).toEqual(['+1', '-1', '+2', '-2', '+4', '-4']);
    expect(log.indexOf('+3')).toBeLessThan(log.indexOf('-1'));
  });

  it('continues after a failure, and rejects with it', async () => {
    const locks = new InProcessLocks();
    const failed = locks.run('a', () => Promise.reject(new Error('no')), never);
    const next = locks.run('a', () => Promise.resolve('yes'), never);
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  it('removes a waiter whose signal fires, without starting the next waiter early', async () => {
    const locks = new InProcessLocks();
    const giveUp = new AbortController();
    let release = (): void => undefined;
    const first = locks.run('a', () => new Promise<void>((resolve) => (release = resolve)), never);
    await turn();
    const second = locks.run('a', () => Promise.resolve('second'), giveUp.signal);
    let thirdRan = false;
    const third = locks.run('a', () => Promise.resolve((thirdRan = true)), never);
    giveUp.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    await turn();
    expect(thirdRan).toBe(false);
    release();
    await Promise.all([first, third]);
    expect(thirdRan).toBe(true);
    await expect(locks.run('a', () => Promise.resolve(1), giveUp.signal)).rejects.toThrow('gave up');
    expect(await locks.run('a', () => Promise.resolve('still works'), never)).toBe('still works');
  });

  it('keeps the lock of a running function if the last waiter gives up', async () => {
    const locks = new InProcessLocks();
    const giveUp = new AbortController();
    let release = (): void => undefined;
    const first = locks.run('a', () => new Promise<void>((resolve) => (release = resolve)), never);
    await turn();
    const second = locks.run('a', () => Promise.resolve(), giveUp.signal);
    giveUp.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    let thirdRan = false;
    const third = locks.run('a', () => Promise.resolve((thirdRan = true)), never);
    await turn();
    expect(thirdRan).toBe(false);
    release();
    await Promise.all([first, third]);
    expect(thirdRan).toBe(true);
  });
});

describe('NestedLocks', () => {
  it('takes the inner lock once at a time per key, however many callers wait for the outer lock', async () => {
    let asking = 0;
    let most = 0;
    const inner: Locks = {
      run: async (_key, fn) => {
        most = Math.max(most, (asking += 1));
        await new Promise((resolve) => setImmediate(resolve));
        return fn().finally(() => (asking -= 1));
      },
    };
    const locks = new NestedLocks(new InProcessLocks(), inner);
    const { signal } = new AbortController();
    const results = [1, 2, 3, 4].map((n) => locks.run('key', () => Promise.resolve(n), signal));
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
    expect(most).toBe(1);
  });
});
