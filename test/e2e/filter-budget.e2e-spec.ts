import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

/** Costly filter, which scans a long list a hundred times. */
const COSTLY = JSON.stringify({
  $or: Array.from({ length: 100 }, (_, index) => ({ 'data.lineItems.sku': `unknown-${index}` })),
});
const REPAIRED = '{ data.totalPointsIssued: { $gte: 50 } }';

/**
 * Returns a brand file with three subscriptions for one destination: two with the given filter, and one without a
 * filter.
 */
function brandWith(when: string): string {
  const also = (name: string): string => `
  ${name}:
    source: capillary
    events: ["*"]
    when: ${when}
    destination: crm
    mapping: { body: { from: ${name} } }
`;
  return `${acmeBrand({ mapping: '{ body: { from: everything } }' })}${also('costly')}${also('dear')}`;
}

describe('a large event with filters that exceed their budget', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let repaired: TestHub | undefined;
  let eventId: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: brandWith(COSTLY) }, env: acmeEnv(receiver.url) });
    const lineItems = Array.from({ length: 5_000 }, () => ({}));
    const { status, events } = await hub.ingest('acme/capillary', pointsIssued('long', 70, { lineItems }), ACME_AUTH);
    expect(status).toBe(202);
    eventId = events[0]?.id ?? '';
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await repaired?.close();
    await hub.close();
    await receiver.close();
  });

  const sources = (): unknown[] => receiver.received.map(({ body }) => at(JSON.parse(body), 'from'));

  it('reaches the other subscription', async () => {
    await receiver.atLeast(1);
    expect(sources()).toEqual(['everything']);
  });

  it('is explained as over the budget of both filters', async () => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/events/${eventId}`);
    const exceeded = { outcome: 'filterBudgetExceeded', reason: expect.stringContaining('Filter budget exceeded') };
    expect(at(body, 'subscriptions')).toMatchObject([
      { name: 'costly', ...exceeded, delivery: null },
      { name: 'dear', ...exceeded, delivery: null },
      { name: 'everything', outcome: 'matched' },
    ]);
  });

  it('is counted and logged', async () => {
    const { text } = await hub.admin('GET', '/metrics');
    expect(text).toContain('patchbay_filter_budget_exceeded_total{brand="acme"} 2');
    const lines = hub.log.filter((line) => line.includes('filter budget exceeded'));
    expect(lines.map((line) => at(JSON.parse(line), 'subscription')).sort()).toEqual(['costly', 'dear']);
  });

  it('is replayed with corrected filters', async () => {
    const filter = { subscription: 'costly', from: '2020-01-01T00:00:00Z' };
    const recorded = await hub.admin('POST', '/v1/brands/acme/replays', { filter, dryRun: true, mapping: 'recorded' });
    expect(recorded.body).toMatchObject({ count: 0, skipped: { filterBudgetExceeded: 1 } });
    repaired = await startTestHub({
      brands: { acme: brandWith(REPAIRED) },
      env: acmeEnv(receiver.url),
      databaseUrl: hub.databaseUrl,
    });
    const started = await hub.admin('POST', '/v1/brands/acme/replays', { filter, dryRun: false, mapping: 'current' });
    expect(started.body).toMatchObject({ count: 1 });
    await until(() => sources().includes('costly'), { what: 'the replayed delivery', timeoutMs: 30_000 });
    expect(sources()).toEqual(['everything', 'costly']);
  });
});
