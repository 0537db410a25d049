import { describe, expect, it } from '@jest/globals';
import type { AttemptFacts } from '@patchbay/core';
import { pino } from 'pino';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { dispatcherLog } from './delivery-ports.js';

const facts: AttemptFacts = {
  ...{ deliveryId: 'd', eventId: 'e', eventType: 'pointsIssued', attempt: 1, outcome: 'accepted', state: 'succeeded' },
  ...{ brandId: 'b', sourceId: 's', subscriptionId: 'u', destinationId: 'x' },
  ...{ durationMs: 20, nextDueAt: null, written: true, errorKind: null, reason: null, responseStatus: 201 },
  ...{ deliveredAfterMs: 70, direct: false, batchSize: 1, traceId: undefined },
};
const ACME = 'brand="acme",destination="crm",type="webhook"';
const acme = {
  brand: { name: 'acme' },
  destinations: new Map([['x', { name: 'crm', type: 'webhook' }]]),
  records: { subscriptions: [{ subscriptionId: 'u', name: 'points' }] },
  source: (id: string) => (id === 's' ? { record: { name: 'capillary' } } : undefined),
};

/** @param deleted true if the brand of the attempts was deleted */
function counted({ deleted = false } = {}) {
  const metrics = new HubMetrics();
  const logged: unknown[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const { attempted } = dispatcherLog(logger, metrics, { brandIfLoaded: () => (deleted ? undefined : acme) });
  const lines = async (name: string): Promise<readonly string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  return { attempted, lines, logged };
}

describe('dispatcherLog', () => {
  it('writes one line per attempt, with names', () => {
    const { attempted, logged } = counted();
    attempted(facts);
    expect(logged).toEqual([
      {
        level: 30,
        ...{
          brand: 'acme',
          source: 'capillary',
          subscription: 'points',
          destination: 'crm',
          destinationType: 'webhook',
        },
        ...{ deliveryId: 'd', eventId: 'e', eventType: 'pointsIssued', destinationId: 'x' },
        ...{ attempt: 1, outcome: 'accepted', state: 'succeeded', durationMs: 20, nextDueAt: null, written: true },
        ...{ errorKind: null, reason: null, responseStatus: 201, deliveredAfterMs: 70, direct: false, batchSize: 1 },
        msg: 'delivery attempted',
      },
    ]);
  });

  it('writes the id of the trace of a traced event', () => {
    const { attempted, logged } = counted();
    attempted({ ...facts, traceId: '0af7651916cd43dd8448eb211c80319c' });
    attempted(facts);
    expect(logged).toMatchObject([{ traceId: '0af7651916cd43dd8448eb211c80319c' }, {}]);
    expect(logged[1]).not.toHaveProperty('traceId');
  });

  it('writes the code of a reason, without the id of the event that the reason names', () => {
    const { attempted, logged } = counted({ deleted: true });
    attempted({
      ...facts,
      outcome: 'cancelled',
      state: 'cancelled',
      reason: 'cancelled by pointsReversed ann@x.example',
    });
    expect(logged).toMatchObject([{ reason: 'cancelledByEvent', brand: null, destination: null, source: null }]);
    expect(JSON.stringify(logged)).not.toContain('ann@x.example');
  });

  it('records durations of attempts, and none for outcomes without an attempt', async () => {
    const { attempted, lines } = counted();
    attempted(facts);
    attempted({ ...facts, outcome: 'transient', state: 'scheduled', deliveredAfterMs: null });
    for (const outcome of ['superseded', 'confirmed', 'deferred', 'suppressed', 'cancelled', 'noRecipient'] as const) {
      attempted({ ...facts, outcome, durationMs: 0, deliveredAfterMs: null });
    }
    attempted({ ...facts, outcome: 'internal_error', state: 'scheduled', durationMs: 1, deliveredAfterMs: null });
    expect(await lines('patchbay_attempt_duration_seconds_count')).toEqual([
      'patchbay_attempt_duration_seconds_count{type="webhook"} 2',
    ]);
    expect(await lines('patchbay_attempts_total')).toContain(
      `patchbay_attempts_total{${ACME},outcome="internal_error"} 1`,
    );
  });

  it('measures the time from the receipt until the vendor accepted the message, by first and later attempts', async () => {
    const { attempted, lines } = counted();
    attempted(facts);
    attempted({ ...facts, attempt: 3, deliveredAfterMs: 61_000 });
    attempted({ ...facts, outcome: 'transient', state: 'scheduled', deliveredAfterMs: null });
    expect(await lines('patchbay_delivery_duration_seconds_sum')).toEqual([
      'patchbay_delivery_duration_seconds_sum{type="webhook",first_attempt="yes"} 0.07',
      'patchbay_delivery_duration_seconds_sum{type="webhook",first_attempt="no"} 61',
    ]);
  });

  it('counts an ended delivery once it is written, and not if the lease was lost', async () => {
    const { attempted, lines } = counted({ deleted: true });
    attempted(facts);
    attempted({ ...facts, written: false });
    attempted({ ...facts, outcome: 'throttled', state: 'scheduled' });
    expect(await lines('patchbay_deliveries_ended_total')).toEqual([
      'patchbay_deliveries_ended_total{brand="gone",destination="gone",type="gone",state="succeeded"} 1',
    ]);
    expect(await lines('patchbay_leases_lost_total')).toEqual(['patchbay_leases_lost_total 1']);
  });

  it('counts deliveries that ended without a message, by the code of their reason', async () => {
    const { attempted, lines } = counted();
    const ends = { ...facts, deliveredAfterMs: null, responseStatus: null };
    attempted({ ...ends, outcome: 'suppressed', state: 'suppressed', reason: 'quota: 5 per day is used up' });
    attempted({ ...ends, outcome: 'suppressed', state: 'suppressed', reason: 'a reason without a code' });
    attempted({ ...ends, outcome: 'superseded', state: 'superseded', reason: 'a newer state' });
    attempted({ ...ends, outcome: 'rejected', state: 'dead', errorKind: 'rejected', reason: 'rejected' });
    expect(await lines('patchbay_deliveries_suppressed_total')).toEqual([
      'patchbay_deliveries_suppressed_total{brand="acme",reason="quota"} 1',
      'patchbay_deliveries_suppressed_total{brand="acme",reason="suppressed"} 1',
      'patchbay_deliveries_suppressed_total{brand="acme",reason="superseded"} 1',
    ]);
    expect(await lines('patchbay_dead_letters_total')).toEqual([
      `patchbay_dead_letters_total{${ACME},error_kind="rejected"} 1`,
    ]);
  });

  it('counts the responses of vendors by status or class, and calls without a response', async () => {
    const { attempted, lines } = counted();
    for (const responseStatus of [200, 202, 429, 418, 503, 999]) attempted({ ...facts, responseStatus });
    attempted({ ...facts, responseStatus: null });
    attempted({ ...facts, outcome: 'unconfirmed', state: 'scheduled', responseStatus: null });
    const counts = ['2xx"} 2', '429"} 1', '4xx"} 1', '5xx"} 1', 'other"} 1', 'none"} 1'];
    expect(await lines('patchbay_vendor_responses_total')).toEqual(
      counts.map((count) => `patchbay_vendor_responses_total{type="webhook",status="${count}`),
    );
  });
});
