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

  it('counts the statuses that vendors report', async () => {
    const metrics = new HubMetrics();
    const labels = { brand: 'acme', destination: 'sms', type: 'acme-sms' };
    metrics.vendorStatus(labels, 'undelivered', 2);
    metrics.vendorStatus(labels, 'undelivered', 1);
    expect(await metrics.registry.metrics()).toContain(
      'patchbay_vendor_statuses_total{brand="acme",destination="sms",type="acme-sms",status="undelivered"} 3\n',
    );
  });
});
