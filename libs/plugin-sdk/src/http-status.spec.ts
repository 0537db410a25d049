import { describe, expect, it } from '@jest/globals';
import { classifyStatus, deliveryErrorFromResponse, mayHaveAccepted, parseRetryAfter } from './http-status.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('classifyStatus', () => {
  const table: [string, number[], string | undefined][] = [
    ['accepted', [200, 201, 202, 204, 299], undefined],
    ['transient', [408, 423, 425, 500, 501, 502, 503, 504, 505, 521, 599], 'transient'],
    ['throttled', [429], 'throttled'],
    ['credentials', [401, 402, 403], 'credentials'],
    [
      'rejected',
      [300, 301, 302, 304, 307, 308, 400, 404, 405, 409, 410, 413, 415, 422, 451, 499, 600, 999],
      'rejected',
    ],
  ];
  it.each(table)('%s', (_name, statuses, kind) => {
    expect(statuses.map(classifyStatus)).toEqual(statuses.map(() => kind));
  });
});

describe('mayHaveAccepted', () => {
  it('is true after every server error except 503', () => {
    const statuses = [200, 302, 400, 408, 429, 499, 500, 501, 502, 503, 504, 505, 507, 520, 526, 599, 600];
    expect(statuses.filter(mayHaveAccepted)).toEqual([500, 501, 502, 504, 505, 507, 520, 526, 599]);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ['Friday, 02-Jan-26 03:04:35 GMT', 30_000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['Sat, 02 Jan 2027 00:00:00 GMT', 86_400_000],
    ['', undefined],
    [undefined, undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-01-02', undefined],
    ['Fri, not a date at all', undefined],
  ])('%s', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});

describe('deliveryErrorFromResponse', () => {
  it('keeps a shortened response and the requested wait', () => {
    const error = deliveryErrorFromResponse(429, { 'retry-after': '3' }, 'x'.repeat(10_000), NOW);
    expect(error).toMatchObject({ kind: 'throttled', retryAfterMs: 3_000, disableDestination: false });
    expect(error.response?.body).toHaveLength(4_096);
  });

  it('does not disable the destination on 410, because the plugin decides that', () => {
    expect(deliveryErrorFromResponse(410, {}, '', NOW)).toMatchObject({ kind: 'rejected', disableDestination: false });
  });
});
