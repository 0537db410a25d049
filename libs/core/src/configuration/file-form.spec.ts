import { describe, expect, it } from '@jest/globals';
import { fileForm } from './file-form.js';

describe('file form of changed fields', () => {
  it('writes durations as brand files do, at any depth', () => {
    const stored = {
      limits: { timeoutMs: 10_000, concurrency: 4 },
      retry: { scheduleMs: [30_000, 60_000], pauseAfterMs: 86_400_000 },
      messaging: { sendAfterMs: 3_600_000, quota: { max: 10, perMs: 604_800_000 }, fallback: [{ afterMs: 0 }] },
      'messaging.caps': [{ max: 2, perMs: 86_400_000 }],
      enrichment: [{ name: 'tier', cacheMs: 300_000 }],
    };
    expect(fileForm(stored)).toEqual({
      limits: { timeout: '10s', concurrency: 4 },
      retry: { schedule: ['30s', '1m'], pauseAfter: '1d' },
      messaging: { sendAfter: '1h', quota: { max: 10, per: '7d' }, fallback: [{ after: '0s' }] },
      'messaging.caps': [{ max: 2, per: '1d' }],
      enrichment: [{ name: 'tier', cache: '5m' }],
    });
  });

  it('leaves names that a brand or a plugin chose', () => {
    const stored = { mapping: { delayMs: 1_000 }, settings: { timeoutMs: 5_000 }, disabled: false, messaging: null };
    expect(fileForm(stored)).toEqual(stored);
  });
});
