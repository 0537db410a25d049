import { describe, expect, it } from '@jest/globals';
import { secondsToEmpty } from './seconds-to-empty';

describe('secondsToEmpty', () => {
  it('is null for a backlog that does not get smaller', () => {
    expect(secondsToEmpty(100, 10, 10)).toBeNull();
    expect(secondsToEmpty(0, 10, 0)).toBeNull();
    expect(secondsToEmpty(100, 60, 10)).toBe(2);
  });
});
