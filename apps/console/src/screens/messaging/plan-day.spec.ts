import { describe, expect, it } from '@jest/globals';
import { planDay, quietSpans } from './plan-day';

const hour = (n: number): number => n * 60;

describe('planDay', () => {
  it('sends at once without rules', () => {
    expect(planDay({}, hour(14))).toMatchObject({ sent: hour(14), quiet: null, digest: null, expiry: null });
  });

  it('waits for the digest and then for the end of quiet hours over midnight', () => {
    const rules = { digest: '10m', quietHours: { from: '21:00', to: '09:00' } };
    expect(planDay(rules, hour(20) + 55)).toMatchObject({
      digest: { from: hour(20) + 55, to: hour(21) + 5 },
      quiet: { from: hour(21) + 5, to: hour(33) },
      sent: hour(33),
    });
    expect(planDay(rules, hour(8)).sent).toBe(hour(9));
    expect(planDay(rules, hour(9)).sent).toBe(hour(9) + 10);
  });

  it('drops a message that is too old when it may be sent', () => {
    expect(planDay({ expireAfter: '2h', quietHours: { from: '21:00', to: '09:00' } }, hour(22))).toMatchObject({
      sent: null,
      expiry: hour(24),
      fallback: [],
    });
  });

  it('lets fallback steps follow each other', () => {
    const fallback = [{ destination: 'push', after: '10m' }, { destination: 'email' }];
    expect(planDay({ fallback }, hour(10)).fallback).toEqual([
      { destination: 'push', until: hour(10) + 10 },
      { destination: 'email', until: hour(11) + 10 },
    ]);
  });
});

describe('quietSpans', () => {
  it('splits hours over midnight', () => {
    expect(quietSpans({ quietHours: { from: '21:00', to: '09:00' } })).toEqual([
      { from: 0, to: hour(9) },
      { from: hour(21), to: hour(24) },
    ]);
    expect(quietSpans({ quietHours: { from: '21:00', to: '00:00' } })).toEqual([{ from: hour(21), to: hour(24) }]);
  });
});
