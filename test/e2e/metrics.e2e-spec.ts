import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { METRICS } from '@patchbay/hub';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { findPromtool } from '../monitoring/promtool.js';
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
    'patchbay_ingest_events_total{brand="acme",source="capillary",outcome="accepted"} 2',
    'patchbay_ingest_events_total{brand="acme",source="capillary",outcome="duplicate"} 1',
    'patchbay_ingest_events_total{brand="acme",source="capillary",outcome="quarantined"} 1',
    'patchbay_ingest_duration_seconds_count{adapter="capillary",outcome="stored"} 4',
    'patchbay_ingest_duration_seconds_count{adapter="unknown",outcome="unauthorised"} 1',
    'patchbay_deliveries_created_total{brand="acme"} 2',
    'patchbay_ingest_refused_total{outcome="unauthorised"} 1',
    `patchbay_attempts_total{${hook},outcome="accepted"} 1`,
    `patchbay_deliveries_ended_total{${hook},state="succeeded"} 1`,
    'patchbay_delivery_duration_seconds_count{type="webhook",first_attempt="yes"} 1',
    'patchbay_vendor_responses_total{type="webhook",status="2xx"} 1',
    'patchbay_vendor_responses_total{type="webhook",status="5xx"} 1',
    'patchbay_attempt_duration_seconds_count{type="webhook"} 2',
    `patchbay_destination_paused{${hook}} 0`,
    `patchbay_destination_circuit_breaker{${hook}} 0`,
    'patchbay_ingest_queued 0',
    'patchbay_configuration_lag_seconds 0',
    'patchbay_database_up 1',
    'patchbay_workers 1',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toContain('patchbay_database_connections{state="busy"}');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).not.toContain('stranger-7');
});

it('has exactly the metrics that the definitions list', async () => {
  const { text } = await hub.admin('GET', '/metrics');
  const registered = [...text.matchAll(/^# TYPE (patchbay_\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const defined = Object.values(METRICS).map(({ name, type }) => `${name} ${type}`);
  expect(registered.sort()).toEqual(defined.sort());
});

const promtool = await findPromtool();
('skipped' in promtool ? it.skip : it)('has a page that promtool accepts', async () => {
  if ('skipped' in promtool) throw new Error(promtool.skipped);
  const { text } = await hub.admin('GET', '/metrics');
  expect(await promtool.run(['check', 'metrics'], text)).toBe('');
});

it('writes one log line per attempt, with names', () => {
  const lines = hub.log.map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({
      ...{ msg: 'delivery attempted', brand: 'acme', source: 'capillary', destination: 'crm' },
      ...{ destinationType: 'webhook', eventType: 'pointsIssued', outcome: 'accepted', state: 'succeeded' },
      ...{ responseStatus: expect.any(Number), deliveredAfterMs: expect.any(Number) },
    }),
  );
});

it('reports the metrics of the whole hub by one of its processes, which another process replaces', async () => {
  const other = await startTestHub({
    ...{ databaseUrl: hub.databaseUrl, configDirectory: hub.configDirectory, env: acmeEnv(receiver.url) },
  });
  const HUB_WIDE = /^patchbay_(deliveries_due|destination_paused)\{|^patchbay_(workers|brands_unconfirmed) /m;
  const scrape = async ({ admin }: TestHub): Promise<string> => (await admin('GET', '/metrics')).text;
  try {
    expect(await scrape(other)).not.toMatch(HUB_WIDE);
    expect(await scrape(hub)).toMatch(HUB_WIDE);
    expect(await scrape(other)).toContain('\npatchbay_hub_metrics_reporter 0\n');
    expect(await scrape(other)).toContain('\npatchbay_build_info{version="');
  } finally {
    await other.close();
  }
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
