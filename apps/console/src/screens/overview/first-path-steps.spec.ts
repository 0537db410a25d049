import { describe, expect, it } from '@jest/globals';
import { firstPathSteps } from './first-path-steps';

describe('the steps of the first path', () => {
  const done = (...args: Parameters<typeof firstPathSteps>): string[] =>
    firstPathSteps(...args).flatMap(({ step, isDone }) => (isDone ? [step] : []));

  it('are done when the brand or a shown result says so', () => {
    expect(done([], false, [''])).toEqual([]);
    expect(done([{ version: 1 }], false, [])).toEqual(['connect']);
    expect(done([{ version: 1 }], true, ['explain'])).toEqual(['connect', 'watch', 'explain']);
    expect(done([{ version: 2 }], true, ['compare'])).toEqual(['connect', 'watch', 'write', 'compare']);
  });
});
