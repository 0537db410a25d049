import { describe, expect, it } from '@jest/globals';
import { batchLimitsProblem } from './batch-limits.js';

describe('the limits of batches', () => {
  it.each([
    { size: 1, within: 0 },
    { size: 1_000, within: 3_600_000, bytes: 1, idempotent: 'batch', rateCounts: 'calls' },
    { size: 75, within: 500, idempotent: 'message', rateCounts: 'messages' },
  ])('may be %j', (limits) => {
    expect(batchLimitsProblem(limits)).toBeUndefined();
  });

  it.each<[unknown, RegExp]>([
    [7, /must be an object/],
    [{ size: 0, within: 1 }, /batch\.size must be a whole number from 1 to 1000/],
    [{ size: 1_001, within: 1 }, /batch\.size/],
    [{ size: 1.5, within: 1 }, /batch\.size/],
    [{ size: 1 }, /batch\.within/],
    [{ size: 1, within: 3_600_001 }, /batch\.within/],
    [{ size: 1, within: 1, bytes: 0 }, /batch\.bytes/],
    [{ size: 1, within: 1, idempotent: true }, /batch\.idempotent/],
    [{ size: 1, within: 1, rateCounts: 'bytes' }, /batch\.rateCounts/],
    [{ size: 1, within: 1, every: 2 }, /batch\.every is unknown/],
  ])('must not be %j', (limits, problem) => {
    expect(batchLimitsProblem(limits)).toMatch(problem);
  });
});
