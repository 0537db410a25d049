import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('knows nothing of a destination before a call has ended', () => {
    const pace = new Pace();
    pace.begin(5_000);
    expect(pace.speed(true, 5_900)).toBe('unknown');
    expect(pace.speed(false, 90_000)).toBe('unknown');
  });

  it('goes by the mean of the last calls, which one that takes long does not turn', () => {
    const pace = new Pace();
    pace.begin(0);
    for (let index = 1; index <= 20; index += 1) pace.ended(50, index);
    expect(pace.speed(true, 20)).toBe('quick');
    pace.ended(5_000, 21);
    expect(pace.speed(true, 21)).toBe('quick');
    pace.ended(12_000, 22);
    expect(pace.speed(true, 22)).toBe('slow');
    for (let index = 23; index <= 40; index += 1) pace.ended(50, index);
    expect(pace.speed(true, 40)).toBe('quick');
  });

  it('calls slow what was quick where calls run and none ends', () => {
    const pace = new Pace();
    pace.begin(0);
    pace.ended(50, 50);
    expect(pace.speed(true, 1_000)).toBe('quick');
    expect(pace.speed(true, 1_051)).toBe('slow');
    expect(pace.speed(false, 1_051)).toBe('quick');
    pace.begin(60_000);
    expect(pace.speed(true, 60_900)).toBe('quick');
  });
});
