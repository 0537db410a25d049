import { describe, expect, it } from '@jest/globals';
import { HubMetrics } from './hub-metrics.js';

describe('HubMetrics', () => {
  it('limits the number of series, regardless of the number of destinations', async () => {
    const metrics = new HubMetrics();
    for (let index = 0; index < 2_100; index += 1) {
      const labels = { brand: 'acme', destination: `d-${index}`, type: 'acme-sms' };
      metrics.attempted(labels, { outcome: 'accepted', state: 'succeeded', durationMs: 5, written: false });
    }
    const lines = (await metrics.registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('patchbay_attempts_'));
    expect(lines).toHaveLength(2_001);
    expect(lines).toContain(
      'patchbay_attempts_total{brand="other",destination="other",type="other",outcome="accepted"} 100',
    );
  });
});
