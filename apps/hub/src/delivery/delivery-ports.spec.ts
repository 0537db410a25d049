import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { dispatcherLog } from './delivery-ports.js';

const facts = {
  deliveryId: 'd',
  eventId: 'e',
  destinationId: 'x',
  attempt: 1,
  outcome: 'accepted',
  state: 'succeeded',
  durationMs: 20,
  nextDueAt: null,
  written: true,
} as const;
const GONE = 'brand="gone",destination="gone",type="gone"';

function counted() {
  const metrics = new HubMetrics();
  const brands = { brandOfQueueIfLoaded: () => undefined };
  const { attempted } = dispatcherLog(pino({ level: 'silent' }), metrics, brands);
  const lines = async (name: string): Promise<readonly string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  return { attempted, lines };
}

describe('dispatcherLog', () => {
  it('records durations of attempts, and none for outcomes without an attempt', async () => {
    const { attempted, lines } = counted();
    attempted(facts);
    attempted({ ...facts, outcome: 'transient', state: 'scheduled' });
    for (const outcome of ['superseded', 'confirmed', 'deferred', 'suppressed', 'cancelled', 'noRecipient'] as const) {
      attempted({ ...facts, outcome, durationMs: 0 });
    }
    attempted({ ...facts, outcome: 'internal_error', state: 'scheduled', durationMs: 1 });
    expect(await lines('patchbay_attempt_duration_seconds_count')).toEqual([
      'patchbay_attempt_duration_seconds_count{type="gone"} 2',
    ]);
    expect(await lines('patchbay_attempts_total')).toContain(
      `patchbay_attempts_total{${GONE},outcome="internal_error"} 1`,
    );
  });

  it('counts an ended delivery once it is written, and not if the lease was lost', async () => {
    const { attempted, lines } = counted();
    attempted(facts);
    attempted({ ...facts, written: false });
    attempted({ ...facts, outcome: 'throttled', state: 'scheduled' });
    expect(await lines('patchbay_deliveries_ended_total')).toEqual([
      `patchbay_deliveries_ended_total{${GONE},state="succeeded"} 1`,
    ]);
  });
});
