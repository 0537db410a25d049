import { describe, expect, it } from '@jest/globals';
import { zoneChoices } from './time-zones';

describe('zoneChoices', () => {
  it('lists zones once by their present names, with UTC first', () => {
    const zones = zoneChoices('Asia/Kolkata');
    expect(zones[0]).toBe('UTC');
    expect(zones).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Europe/Berlin', 'Europe/Kyiv']));
    expect(zones).not.toContain('Asia/Calcutta');
    expect(new Set(zones).size).toBe(zones.length);
    expect(zones.slice(1)).toEqual([...zones.slice(1)].sort());
  });

  it('puts a chosen zone first that is not listed', () => {
    expect(zoneChoices('Asia/Calcutta')[0]).toBe('Asia/Calcutta');
  });
});
