import { describe, expect, it } from '@jest/globals';
import { presetFor, withoutPreset } from './presets';

describe('presets', () => {
  it('are missing for types that the destination type does not name', () => {
    expect(withoutPreset({ pointsIssued: {} }, ['pointsIssued', 'other', '*'])).toEqual(['other', '*']);
    expect(withoutPreset({ '*': {} }, ['other'])).toEqual([]);
  });

  it('are that of the type, else that of all types', () => {
    expect(presetFor({ '*': 1, pointsIssued: 2 }, ['pointsIssued'])).toBe(2);
    expect(presetFor({ '*': 1 }, ['pointsIssued'])).toBe(1);
    expect(presetFor({}, ['pointsIssued'])).toBeUndefined();
  });
});
