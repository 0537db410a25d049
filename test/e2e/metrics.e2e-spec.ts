import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

let receiver: Receiver;
let hub: TestHub;

beforeAll(async () => {
  receiver = await startReceiver();
  hub = await startTestHub({
    brands: { acme: acmeBrand({ retry: '{ schedule: [0s, 1h] }' }) },
    env: acmeEnv(receiver.url),
  });
}, SERVICE_TIMEOUT_MS);

afterAll(async () => {
  await hub.close();
  await receiver.close();
});

it('counts events, outcomes and the backlog', async () => {
  await hub.ingest('acme/capillary', pointsIssued('m-1'), ACME_AUTH);
  await hub.ingest('acme/capillary', pointsIssued('m-1'), ACME_AUTH);
  await hub.ingest('acme/capillary', '{', ACME_AUTH);
  await hub.ingest('stranger-7/x', pointsIssued('m-1'), {});
  await receiver.atLeast(1);
  receiver.answer(503);
  await hub.ingest('acme/capillary', pointsIssued('m-2'), ACME_AUTH);
  const hook = 'brand="acme",destination="crm",type="webhook"';
  const text = await until(
    async () => {
      const answer = await hub.admin('GET', '/metrics');
      return answer.text.includes(`patchbay_attempts_total{${hook},outcome="transient"} 1`) ? answer.text : undefined;
    },
    { what: 'the second delivery to have been attempted' },
  );
  for (const line of [
    'patchbay_ingest_events_total{brand="acme",outcome="accepted"} 2',
    'patchbay_ingest_events_total{brand="acme",outcome="duplicate"} 1',
    'patchbay_ingest_events_total{brand="acme",outcome="quarantined"} 1',
    'patchbay_ingest_refused_total{outcome="unauthorised"} 1',
    `patchbay_attempts_total{${hook},outcome="accepted"} 1`,
    `patchbay_deliveries_ended_total{${hook},state="succeeded"} 1`,
    'patchbay_attempt_duration_seconds_count{type="webhook"} 2',
    `patchbay_destination_paused{${hook}} 0`,
    `patchbay_destination_circuit_breaker{${hook}} 0`,
    'patchbay_ingest_queued 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toContain('patchbay_database_connections{state="busy"}');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).not.toContain('stranger-7');
});

it('reports an open circuit breaker', async () => {
  const hook = 'brand="acme",destination="crm",type="webhook"';
  receiver.answer(429, { 'retry-after': '600' });
  await hub.ingest('acme/capillary', pointsIssued('m-3'), ACME_AUTH);
  await until(
    async () => (await hub.admin('GET', '/metrics')).text.includes(`patchbay_destination_circuit_breaker{${hook}} 1\n`),
    { what: 'the breaker to be seen open', timeoutMs: 20_000 },
  );
});

it('requires a key', async () => {
  expect((await fetch(`${hub.url}/metrics`)).status).toBe(401);
});
