import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { RenderProblem } from '../render-problem.js';
import { date } from './date.filter.js';
import { e164 } from './e164.filter.js';
import { gsm7 } from './gsm7.filter.js';
import { minutesEastOfUtc } from './time-zone.js';

describe('e164', () => {
  it('reads a number without a plus as international first, then as one of the default country', () => {
    expect(e164('919000000001', undefined, 'US')).toBe('+919000000001');
    expect(e164('9000000001', undefined, 'IN')).toBe('+919000000001');
  });

  it('reads a number as one of the named country first', () => {
    // These digits are a valid number in Singapore, and a valid mobile number in India.
    expect(e164('6591234567', undefined, 'IN')).toBe('+6591234567');
    expect(e164('6591234567', 'IN', undefined)).toBe('+916591234567');
    expect(e164('919000000001', 'IN', undefined)).toBe('+919000000001');
    expect(e164('919000000001', 'US', undefined)).toBe('+919000000001');
  });

  it.each(['12345', 'call me', '+91900000000', '+', '9000000001', '9'.repeat(500), 'tel +919000000001 or so'])(
    'rejects an invalid number without showing it (%#)',
    (value) => {
      expect(() => e164(value, undefined, undefined)).toThrow(RenderProblem);
      expect(() => e164(value, undefined, undefined)).not.toThrow(value);
    },
  );

  it('rejects an invalid country', () => {
    expect(() => e164('919000000001', 'India', undefined)).toThrow('two capital letters');
    expect(() => e164('919000000001', 5, undefined)).toThrow('text in quotes');
  });
});

/** Time zone and locale of the mapping. */
const defaults = { timezone: 'UTC', locale: 'en-US' };

describe('date', () => {
  it.each([
    ['%Y-%m-%d %H:%M:%S.%L', '2026-03-05 00:30:15.250'],
    ['%y %C %j %-j %e %-d %_m %-m', '26 20 064 64  5 5  3 3'],
    ['%I:%M %p|%l %P|%k|%-I', '12:30 AM|12 am| 0|12'],
    ['%a %A %b %B %h %^a %^B', 'Thu Thursday Mar March Mar THU MARCH'],
    ['%u %w %U %W %q %s', '4 4 09 09 th 1772650815'],
    ['%z %:z %Z', '+0530 +05:30 Asia/Kolkata'],
    ['%F %T %R %D %r %x %X', '2026-03-05 00:30:15 00:30 03/05/26 12:30:15 AM 03/05/26 00:30:15'],
    ['%c', 'Thu Mar  5 00:30:15 2026'],
    ['%% %n%t %%F %5d %05S %Q %', '% \n\t %F 00005 00015 %Q %'],
  ])('%s', (format, text) => {
    expect(date('2026-03-04T19:00:15.25Z', [format], { timezone: 'Asia/Kolkata', locale: 'en-US' })).toBe(text);
  });

  it.each([
    ['2026-03-08T01:59:59', '2026-03-08 01:59:59 -0500'],
    // This time does not exist, because the clocks go from 2 to 3 on this day.
    ['2026-03-08T02:30:00', '2026-03-08 03:30:00 -0400'],
    ['2026-03-08T03:00:00', '2026-03-08 03:00:00 -0400'],
    ['2026-03-08T01:30:00', '2026-03-08 01:30:00 -0500'],
    ['2026-11-01T00:30:00', '2026-11-01 00:30:00 -0400'],
    ['2026-11-01T02:00:00', '2026-11-01 02:00:00 -0500'],
    ['2026-11-01T05:59:59Z', '2026-11-01 01:59:59 -0400'],
    ['2026-11-01T06:00:00Z', '2026-11-01 01:00:00 -0500'],
  ])('is correct when the clocks change: %s', (value, text) => {
    expect(date(value, ['%F %T %z', 'America/New_York'], defaults)).toBe(text);
  });

  it('is correct when the clocks change east of Greenwich', () => {
    expect(date('2026-03-29T02:30:00', ['%F %T %z', 'Europe/Berlin'], defaults)).toBe('2026-03-29 03:30:00 +0200');
    // This time occurs twice, because the clocks go back on this day.
    expect(date('2026-10-25T02:30:00', ['%F %T', 'Europe/Berlin'], defaults)).toBe('2026-10-25 02:30:00');
    expect(date('2026-03-29', ['%F %T %z', 'Europe/Berlin'], defaults)).toBe('2026-03-29 00:00:00 +0100');
  });

  it('does not depend on the time zone of the machine', () => {
    const script = `process.stdout.write(new Date(2026, 2, 8, 2, 30).getHours() + '')`;
    const host = spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, TZ: 'America/New_York' },
      encoding: 'utf8',
    });
    // The local fields of Date depend on the time zone of the machine, so the filter must not use them.
    expect(host.stdout).toBe('3');
    // Half past two exists in India on the day on which the clocks of New York skip this time.
    expect(date('2026-03-08T02:30:00+05:30', ['%T', 'Asia/Kolkata'], defaults)).toBe('02:30:00');
    for (const reader of [date, minutesEastOfUtc])
      expect(reader.toString()).not.toMatch(/\.get(Hours|Date|Day|Month|FullYear|TimezoneOffset)\(/);
  });

  it.each([
    'now',
    'today',
    '12',
    '2026-13-01',
    '2026-02-30',
    '2026-00-10',
    '2026-01-00',
    '2026-01-01T25:00',
    '99999-01-01',
    {},
    [],
    true,
    Number.NaN,
    1e300,
    '0000-01-01',
  ])('rejects %p', (value) => {
    expect(() => date(value, ['%F', 'UTC'], defaults)).toThrow('none of these');
  });

  it('accepts the first and the last supported year', () => {
    expect(date('9999-12-31', ['%F', 'UTC'], defaults)).toBe('9999-12-31');
    expect(date('0001-01-01T00:00:00Z', ['%F', 'UTC'], defaults)).toBe('0001-01-01');
  });
});

describe('gsm7', () => {
  it('keeps the alphabet and its extension', () => {
    const alphabet = `@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà`;
    expect(Array.from(alphabet)).toHaveLength(127);
    expect(gsm7(`${alphabet}\f^{}\\[~]|€`)).toBe(`${alphabet}\f^{}\\[~]|€`);
  });

  it('returns only characters of the alphabet', () => {
    const every = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).join('');
    const out = gsm7(every);
    expect(typeof out).toBe('string');
    expect(gsm7(out)).toBe(out);
  });

  it('removes accents only if the alphabet lacks the letter', () => {
    expect(gsm7('ÀÁÂÃ àáâã ç Ç e\u0301 ﬁ ① ²')).toBe('AAAA àaaa c Ç é fi 1 2');
  });
});
