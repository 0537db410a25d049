import { describe, expect, it, jest } from '@jest/globals';
import { HubMetrics } from './hub-metrics.js';
import { METRICS } from './metric-definitions.js';

const LABELS = { brand: 'acme', destination: 'sms', type: 'acme-sms' };
/** Maximum number of destinations, sources and brands with metric series of their own. */
const MAX_LABELS = 2_000;

const linesOf = async ({ registry }: HubMetrics, begin: string): Promise<readonly string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line.startsWith(begin));

describe('HubMetrics', () => {
  it('limits the number of series, regardless of the number of destinations', async () => {
    const metrics = new HubMetrics();
    for (let index = 0; index < MAX_LABELS + 100; index += 1) {
      const labels = { ...LABELS, destination: `d-${index}` };
      const outcome = { outcome: 'accepted', state: 'succeeded', durationMs: 5, written: false, attempt: 1 } as const;
      metrics.attempted(labels, { ...outcome, errorKind: null, responseStatus: 200, deliveredAfterMs: 9 }, null);
    }
    const lines = await linesOf(metrics, 'patchbay_attempts_');
    expect(lines).toHaveLength(MAX_LABELS + 1);
    expect(lines).toContain(
      'patchbay_attempts_total{brand="other",destination="other",type="other",outcome="accepted"} 100',
    );
  });

  it('limits the number of series, regardless of the number of sources and brands', async () => {
    const metrics = new HubMetrics();
    const answer = { kind: 'stored', events: [{ id: 'e', type: 't', status: 'accepted' }] } as const;
    for (let index = 0; index < MAX_LABELS + 2; index += 1) {
      metrics.ingest({ brand: `b-${index}`, source: 'crm', adapter: 'generic', durationMs: 1 }, answer);
      metrics.filterBudgetExceeded(`b-${index}`, 3);
    }
    expect(await linesOf(metrics, 'patchbay_ingest_events_total{brand="other"')).toEqual([
      'patchbay_ingest_events_total{brand="other",source="other",outcome="accepted"} 2',
    ]);
    expect(await linesOf(metrics, 'patchbay_filter_budget_exceeded_total{brand="other"')).toEqual([
      'patchbay_filter_budget_exceeded_total{brand="other"} 6',
    ]);
  });

  it('measures ingest calls, and keeps the unauthenticated names of refused calls out of the labels', async () => {
    const metrics = new HubMetrics();
    const call = { brand: 'stranger', source: 'x', durationMs: 20 };
    metrics.ingest({ ...call, adapter: undefined }, { kind: 'unauthorised' });
    metrics.ingest({ ...call, adapter: 'capillary' }, { kind: 'busy', retryAfterSeconds: 5 });
    expect(await linesOf(metrics, 'patchbay_ingest_duration_seconds_count')).toEqual([
      'patchbay_ingest_duration_seconds_count{adapter="unknown",outcome="unauthorised"} 1',
      'patchbay_ingest_duration_seconds_count{adapter="capillary",outcome="busy"} 1',
    ]);
    expect(await metrics.registry.metrics()).not.toContain('stranger');
  });

  it('counts claims by result, and reads other counts at the scrape', async () => {
    const metrics = new HubMetrics();
    for (const deliveries of [0, 3, 64, 0, 0]) metrics.claimed(deliveries);
    expect(await linesOf(metrics, 'patchbay_claims_total')).toEqual([
      'patchbay_claims_total{result="none"} 3',
      'patchbay_claims_total{result="deliveries"} 2',
    ]);
    let errors = 0;
    metrics.watchCount(METRICS.queueErrors, () => errors);
    expect(await linesOf(metrics, 'patchbay_queue_errors_total')).toEqual(['patchbay_queue_errors_total 0']);
    errors = 2;
    expect(await linesOf(metrics, 'patchbay_queue_errors_total')).toEqual(['patchbay_queue_errors_total 2']);
  });

  it('counts the statuses that vendors report', async () => {
    const metrics = new HubMetrics();
    metrics.vendorStatus(LABELS, 'undelivered', 2);
    metrics.vendorStatus(LABELS, 'undelivered', 1);
    expect(await metrics.registry.metrics()).toContain(
      'patchbay_vendor_statuses_total{brand="acme",destination="sms",type="acme-sms",status="undelivered"} 3\n',
    );
  });

  it('keeps the names of partitions out of the labels of statements', async () => {
    const metrics = new HubMetrics();
    metrics.statement('load events_d30_2026120100', 4);
    metrics.statement('load events_d30_2026120200', 4);
    metrics.statement('events-of-keys', 4);
    expect(await linesOf(metrics, 'patchbay_database_duration_seconds_count')).toEqual([
      'patchbay_database_duration_seconds_count{statement="load"} 2',
      'patchbay_database_duration_seconds_count{statement="events-of-keys"} 1',
    ]);
  });

  it('reads gauges of the whole hub only while this process reports them', async () => {
    let isReporter = true;
    const metrics = new HubMetrics(() => isReporter);
    metrics.watch(METRICS.workers, () => 3);
    metrics.watch(METRICS.destinationPaused, () => [{ labels: LABELS, value: 1 }]);
    metrics.watch(METRICS.queueUp, () => 1);
    const hubWide = ['patchbay_workers 3', expect.stringMatching(/^patchbay_destination_paused\{.*\} 1$/)];
    const read = async (): Promise<readonly string[]> => [
      ...(await linesOf(metrics, 'patchbay_workers')),
      ...(await linesOf(metrics, 'patchbay_destination_paused')),
      ...(await linesOf(metrics, 'patchbay_queue_up')),
    ];
    expect(await read()).toEqual([...hubWide, 'patchbay_queue_up 1']);
    isReporter = false;
    expect(await read()).toEqual(['patchbay_queue_up 1']);
  });

  it('leaves out a gauge whose value takes too long, so that the scrape does not fail', async () => {
    jest.useFakeTimers();
    try {
      const metrics = new HubMetrics();
      metrics.watch(METRICS.brandsUnconfirmed, () => new Promise(() => undefined));
      metrics.watch(METRICS.queueUp, () => 1);
      const scrape = metrics.registry.metrics();
      await jest.advanceTimersByTimeAsync(3_000);
      const text = await scrape;
      expect(text).toContain('\npatchbay_queue_up 1\n');
      expect(text).not.toContain('\npatchbay_brands_unconfirmed ');
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves out a gauge that cannot be read, and keeps the other metrics', async () => {
    const metrics = new HubMetrics();
    let isAway = false;
    metrics.watch(METRICS.brandsUnconfirmed, () => (isAway ? Promise.reject(new Error('away')) : 4));
    metrics.watch(METRICS.queueUp, () => 0);
    expect(await linesOf(metrics, 'patchbay_brands_unconfirmed')).toEqual(['patchbay_brands_unconfirmed 4']);
    isAway = true;
    expect(await linesOf(metrics, 'patchbay_brands_unconfirmed')).toEqual([]);
    expect(await linesOf(metrics, 'patchbay_queue_up')).toEqual(['patchbay_queue_up 0']);
  });
});
