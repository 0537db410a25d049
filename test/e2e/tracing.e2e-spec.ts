import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@patchbay/embedded';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { drawTrace } from './support/draw-trace.js';
import { startHubProcess, type HubProcess } from './support/hub-process.js';
import { startOtlpReceiver, type OtlpReceiver } from './support/otlp-receiver.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const INGEST = 'POST /v1/ingest/:brand/:source';
const CALLBACK = 'POST /v1/callbacks/:destinationId/:token';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SENDER_SPAN = 'b7ad6b7169203331';
const UNSAMPLED_ID = 'd00dad1916cd43dd8448eb211c80319c';
const UNSAMPLED = { ...ACME_AUTH, traceparent: `00-${UNSAMPLED_ID}-${SENDER_SPAN}-00` };
const SMS_KEY = 'invented-sms-key';
const CRM_BEARER = 'invented-bearer-token';
const MOBILE = '919000000001';

const BRAND = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:SMS_KEY}" } }
    settings:
      request:
        url: "\${env:SMS_URL}"
        query: { key: "\${env:SMS_KEY}" }
        json: { to: "{{ to }}", text: "{{ body }}", callback: "{{ callbackUrl }}" }
      callback: { path: body.status, statuses: { delivered: [OK], undelivered: [NO] } }
  crm:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}" }
  bulk:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}", batch: { size: 3, within: 60000 } }
subscriptions:
  sms:
    source: capillary
    events: [pointsIssued]
    destination: sms
    mapping: { to: "+919000000001", body: "Points for 919000000001" }
  direct:
    source: capillary
    events: [pointsRedeemed]
    destination: crm
    mapping: { body: { id: "{{ event.id }}" } }
  bulk:
    source: capillary
    events: [tierUpgraded]
    destination: bulk
    mapping: { body: { id: "{{ event.id }}" } }
`;

/** Returns the tracing variables of a process. Spans are sent after 50 ms. */
function tracingVariables(endpoint: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
}

/** Returns the variables of the brand. The URL for SMS contains a number. */
function brandVariables({ url }: Receiver): Record<string, string> {
  const smsUrl = `${url}/${MOBILE}/messages`;
  return { ACME_TOKEN, SMS_KEY, CRM_BEARER, CRM_URL: url, SMS_URL: smsUrl };
}

describe('tracing', () => {
  let collector: OtlpReceiver;
  let vendor: Receiver;

  beforeAll(async () => {
    // The libraries of OpenTelemetry read this variable from the process.
    process.env['OTEL_BSP_SCHEDULE_DELAY'] = '50';
    collector = await startOtlpReceiver();
    vendor = await startReceiver();
  });
  afterAll(async () => {
    await collector.close();
    await vendor.close();
  });

  describe('with separate processes for ingest and delivery', () => {
    let hub: TestHub;
    let worker: HubProcess;

    beforeAll(async () => {
      const port = await freePort();
      const env = brandVariables(vendor);
      const environment = {
        ...tracingVariables(collector.url),
        PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}`,
      };
      hub = await startTestHub({
        brands: { acme: BRAND },
        env,
        environment: { ...environment, PORT: String(port), PATCHBAY_ROLE: 'api' },
      });
      worker = await startHubProcess(hub, { ...env, ...environment, PATCHBAY_ROLE: 'worker' });
    }, SERVICE_TIMEOUT_MS);
    afterAll(async () => {
      await worker.kill();
      await hub.close();
    });

    it('records the way of an event in one trace, from the sender to the status callback', async () => {
      // Both processes run the code of each step before, so that the picture shows usual durations.
      for (let n = 0; n < 30; n += 1) await hub.ingest('acme/capillary', pointsIssued(`warm-up-${n}`), UNSAMPLED);
      await vendor.atLeast(30);
      const headers = { ...ACME_AUTH, traceparent: `00-${TRACE_ID}-${SENDER_SPAN}-01` };
      const { events } = await hub.ingest('acme/capillary', pointsIssued('traced'), headers);
      const request = (await vendor.atLeast(31)).at(-1);
      // The vendor is a third party.
      expect(request?.headers).not.toHaveProperty('traceparent');
      const ended = async (): Promise<boolean> => {
        const { body } = await hub.admin('GET', '/v1/brands/acme/deliveries?status=succeeded&limit=100');
        return at(body, 'data.30.id') !== undefined;
      };
      await until(ended, { what: 'the deliveries to end' });
      const callback = String(at(JSON.parse(request?.body ?? ''), 'callback'));
      const answer = await fetch(callback, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'OK' }),
      });
      expect(answer.status).toBe(204);

      const status = await collector.span('status acme/sms');
      const spans = [INGEST, 'commit acme/capillary', 'claim acme/sms', 'attempt acme/sms', 'POST', CALLBACK];
      const [ingest, commit, claim, attempt, call, received] = await Promise.all(spans.map(collector.span));
      for (const span of [ingest, commit, claim, attempt, call, received, status]) expect(span?.traceId).toBe(TRACE_ID);
      expect(ingest?.parentSpanId).toBe(SENDER_SPAN);
      expect(commit?.parentSpanId).toBe(ingest?.spanId);
      expect(claim?.parentSpanId).toBe(commit?.spanId);
      expect(attempt?.parentSpanId).toBe(claim?.spanId);
      expect(call?.parentSpanId).toBe(attempt?.spanId);
      expect(received?.parentSpanId).toBe(commit?.spanId);
      expect(status.parentSpanId).toBe(received?.spanId);

      expect(ingest?.resource).toMatchObject({ 'service.name': 'patchbay', 'patchbay.role': 'api' });
      expect(attempt?.resource).toMatchObject({ 'service.name': 'patchbay', 'patchbay.role': 'worker' });
      expect(ingest?.attributes).toMatchObject({
        'http.request.method': 'POST',
        'http.route': '/v1/ingest/:brand/:source',
        'http.response.status_code': 202,
      });
      expect(attempt?.attributes).toMatchObject({
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'acme/sms',
        'messaging.message.id': events[0]?.id,
        'patchbay.delivery.direct': false,
        'patchbay.attempt.number': 1,
        'patchbay.attempt.outcome': 'accepted',
      });
      expect(call?.attributes).toMatchObject({
        'http.request.method': 'POST',
        'http.response.status_code': 204,
        'server.address': '127.0.0.1',
        'url.full': `${new URL(vendor.url).origin}/hook/…/messages`,
      });
      expect(received?.attributes['http.route']).toBe('/v1/callbacks/:destinationId/:token');
      expect(status.attributes).toMatchObject({ 'patchbay.vendor_status': 'delivered' });

      const picture = drawTrace(collector.spans.filter(({ traceId }) => traceId === TRACE_ID));
      for (const name of [...spans, 'status acme/sms']) expect(picture).toContain(`>${name}<`);
      const file = process.env['PATCHBAY_TRACE_PICTURE'];
      if (file !== undefined) writeFileSync(file, picture);

      const [, token = ''] = /\/v1\/callbacks\/[^/]+\/([^?]+)/.exec(callback) ?? [];
      const secrets = [MOBILE, ACME_TOKEN, SMS_KEY, '700100200', token];
      for (const secret of secrets) expect(collector.bodies.join('\n')).not.toContain(secret);
    });

    it('leaves no span of a call without valid credentials, and follows the decision of the sender', async () => {
      const strangers = 'c0ffee1916cd43dd8448eb211c80319c';
      const stranger = { 'x-acme-token': 'wrong', traceparent: `00-${strangers}-${SENDER_SPAN}-01` };
      expect((await hub.ingest('acme/capillary', pointsIssued('stranger'), stranger)).status).toBe(401);
      expect((await hub.ingest('acme/capillary', pointsIssued('unsampled'), UNSAMPLED)).status).toBe(202);
      const invalid = { ...ACME_AUTH, traceparent: 'no context' };
      const known = collector.spans.length;
      expect((await hub.ingest('acme/capillary', pointsIssued('invalid'), invalid)).status).toBe(202);
      // Spans arrive in order, so all earlier spans of this process have arrived.
      const fresh = await until(() => collector.spans.slice(known).find(({ name }) => name === INGEST), {
        what: 'the span of the last call',
      });
      expect(fresh.parentSpanId).toBeUndefined();
      expect(collector.spans.map(({ traceId }) => traceId)).not.toContain(strangers);
      expect(collector.spans.map(({ traceId }) => traceId)).not.toContain(UNSAMPLED_ID);
    });
  });

  describe('with one process for both', () => {
    let hub: TestHub;

    beforeAll(async () => {
      hub = await startTestHub({
        brands: { acme: BRAND },
        env: brandVariables(vendor),
        environment: tracingVariables(collector.url),
      });
    }, SERVICE_TIMEOUT_MS);
    afterAll(() => hub.close());

    const send = (type: string, id: string): Promise<unknown> =>
      hub.ingest('acme/capillary', { ...pointsIssued(id), eventName: type }, ACME_AUTH);

    it('records a delivery from memory below the commit, without a claim', async () => {
      await send('pointsRedeemed', 'direct');
      const attempt = await collector.span('attempt acme/crm');
      expect(attempt.attributes).toMatchObject({ 'patchbay.delivery.direct': true });
      const commit = await until(() => collector.spans.find(({ spanId }) => spanId === attempt.parentSpanId), {
        what: 'the span of the commit',
      });
      expect(commit.name).toBe('commit acme/capillary');
      expect(attempt.resource).toMatchObject({ 'patchbay.role': 'all' });
    });

    it('records a batch once, and links it with the attempts in the traces of its events', async () => {
      for (const id of ['bulk-1', 'bulk-2', 'bulk-3']) await send('tierUpgraded', id);
      const batch = await collector.span('batch acme/bulk');
      const attempts = await until(
        () => {
          const found = collector.spans.filter(({ name }) => name === 'attempt acme/bulk');
          return found.length === 3 ? found : undefined;
        },
        { what: 'the attempts of the batch' },
      );
      expect(batch.attributes).toMatchObject({ 'messaging.batch.message_count': 3 });
      expect([...batch.links].sort()).toEqual(attempts.map(({ spanId }) => spanId).sort());
      expect(new Set(attempts.map(({ traceId }) => traceId)).size).toBe(3);
      const others = attempts.filter(({ spanId }) => spanId !== batch.parentSpanId);
      expect(others.map(({ links }) => links)).toEqual([[batch.spanId], [batch.spanId]]);
      const request = await until(() => collector.spans.find(({ parentSpanId }) => parentSpanId === batch.spanId), {
        what: 'the request of the batch',
      });
      expect(request.name).toBe('POST');
    });
  });
});
