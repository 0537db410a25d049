import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiter } from './rate-limiter.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
process.stderr.write(`rate-limiter.spec: FC_SEED=${seed}\n`);

describe('the rate limiter', () => {
  it('never allows more calls in any minute than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 120 }),
        fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 5_000 })), {
          minLength: 500,
          maxLength: 1_500,
        }),
        async (perMinute, gaps) => {
          let now = 1_000_000;
          const limiter = new RateLimiter(perMinute, 'platform.capillary', () => now);
          const taken: number[] = [];
          for (const gap of gaps) {
            now += gap;
            await limiter.acquire(0).then(
              () => taken.push(now),
              () => undefined,
            );
          }
          for (const [index, start] of taken.entries()) {
            const within = taken.slice(index).filter((at) => at < start + 60_000).length;
            expect(within).toBeLessThanOrEqual(perMinute);
          }
        },
      ),
      { numRuns: 30, seed },
    );
  });

  it('comes close to the limit', async () => {
    let now = 0;
    const limiter = new RateLimiter(100, 'platform.capillary', () => now);
    let taken = 0;
    for (; now < 600_000; now += 50)
      await limiter.acquire(0).then(
        () => taken++,
        () => undefined,
      );
    expect(taken).toBeGreaterThan(880);
  });
});
