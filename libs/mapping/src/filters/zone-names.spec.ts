import { describe, expect, it } from '@jest/globals';
import { isTimeZone } from './time-zone.js';
import { suggestedZones, zoneName } from './zone-names.js';

describe('zoneName', () => {
  it.each(['Asia/Kolkata', 'Europe/London', 'America/Los_Angeles', 'UTC', 'GMT', 'Etc/GMT+5'])(
    '%s is valid',
    (name) => {
      expect(zoneName(name)).toEqual({ kind: 'valid' });
    },
  );

  it.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['Japan', 'Asia/Tokyo'],
    ['CET', 'Europe/Brussels'],
    ['EST', 'America/New_York, or America/Panama without summer time'],
    ['HST', 'Pacific/Honolulu'],
  ])('%s is an obsolete name of %s', (name, current) => {
    expect(zoneName(name)).toEqual({ kind: 'obsolete', current });
  });

  it.each([
    ['IST', 'Asia/Kolkata'],
    ['ist', 'Asia/Kolkata'],
    ['PST', 'America/Los_Angeles'],
    ['GST', 'Asia/Dubai'],
  ])('%s is an abbreviation', (name, example) => {
    expect(zoneName(name)).toEqual({ kind: 'abbreviation', example });
  });

  it.each(['Asia/Kolkatta', '+05:30', '', 'XYZ'])('%j is unknown', (name) => {
    expect(zoneName(name)).toEqual({ kind: 'unknown' });
  });

  it('suggests only current names of valid zones', () => {
    expect(suggestedZones()).toContain('Asia/Kolkata');
    expect(suggestedZones()).not.toContain('Asia/Calcutta');
    expect(suggestedZones().filter((name) => !isTimeZone(name))).toEqual([]);
  });
});
