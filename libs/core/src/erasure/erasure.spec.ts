import { describe, expect, it } from '@jest/globals';
import { effectiveTime } from '../ingest/prepare-event.js';
import { sampleErasureStore } from '../testing/sample-erasure-store.js';
import { erasedUntil } from './erasure.js';
import { ErasureRunner, passDelayMs } from './erasure-runner.js';

describe('time limit of an erasure', () => {
  it('is the time of the deletion by the clock of the source, but at most an hour after its receipt', () => {
    expect(erasedUntil(1_000, 9_000)).toBe(1_000);
    expect(erasedUntil(9_500, 9_000)).toBe(9_500);
    expect(erasedUntil(Date.UTC(9999, 0), 9_000)).toBe(9_000 + 3_600_000);
  });

  it('is compared with the earlier of both times of an event, so that a future date does not protect an event', () => {
    expect(effectiveTime({ occurredAt: 5, receivedAt: 9 })).toBe(5);
    expect(effectiveTime({ occurredAt: Date.UTC(9999, 0), receivedAt: 9 })).toBe(9);
  });
});

describe('ErasureRunner', () => {
  const options = { batch: 10, leaseMs: 1_000 };
  const noHasher = () => Promise.resolve(null);

  it('begins once, passes over all events, and ends when nothing remains and all older statements have ended', async () => {
    const { store, calls } = sampleErasureStore([
      { passComplete: false, remaining: 0, settled: false },
      { passComplete: true, remaining: 0, settled: false },
      { passComplete: true, remaining: 1, settled: true },
      { passComplete: true, remaining: 0, settled: true },
    ]);
    const runner = new ErasureRunner(store, options, noHasher);
    for (let count = 0; count < 4; count += 1) expect(await runner.once()).toBe(true);
    expect(await runner.once()).toBe(false);
    expect(calls).toEqual(['begin', 'step', 'step', 'postpone 250', 'step', 'postpone 500', 'step', 'end']);
  });

  it('writes nothing after its lease was lost', async () => {
    const { store, calls } = sampleErasureStore([null]);
    await new ErasureRunner(store, options, noHasher).once();
    expect(calls).toEqual(['begin', 'step']);
  });

  it('releases the lease and rejects if a step fails', async () => {
    const { store, calls } = sampleErasureStore([new Error('away')]);
    await expect(new ErasureRunner(store, options, noHasher).once()).rejects.toThrow('away');
    expect(calls).toEqual(['begin', 'step', 'postpone 250']);
  });

  it('releases the lease once the database is back, if the release failed too', async () => {
    const { store, calls } = sampleErasureStore([
      new Error('away'),
      { passComplete: true, remaining: 0, settled: true },
    ]);
    let away = true;
    const postpone: typeof store.postpone = (...given) =>
      away ? Promise.reject(new Error('away')) : store.postpone(...given);
    const runner = new ErasureRunner({ ...store, postpone }, options, noHasher);
    await expect(runner.once()).rejects.toThrow('away');
    await expect(runner.once()).rejects.toThrow('away');
    away = false;
    expect(await runner.once()).toBe(true);
    expect(calls).toEqual(['begin', 'step', 'postpone 250', 'step', 'end']);
  });

  it('doubles the delay between passes up to an hour, so that thousands of waiting erasures do not load the database', () => {
    expect([0, 1, 2, 8, 500].map(passDelayMs)).toEqual([250, 500, 1_000, 64_000, 3_600_000]);
  });
});
