import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptTrace, ClaimedDelivery } from '@patchbay/core';
import { until } from '@patchbay/testing/services';
import { OtelTraces } from './otel-traces.js';
import { createSampler } from './sampler.js';
import { Spans } from './spans.js';

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 11, 1, 12);
const traceIds = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319c'] as const;
const COMMIT_SPAN = 'b7ad6b7169203331';
const contextOf = (traceId: string): string => `00-${traceId}-${COMMIT_SPAN}-01`;

/** Returns a claimed delivery of an event that was received this long ago. */
function delivery(id: string, traceparent: string | undefined, ageMs = 0): ClaimedDelivery {
  return {
    ...{ id, token: 'token', retentionDays: 30, brandId: 'brand', destinationId: 'destination', undecided: false },
    ...{ destinationVersion: 1, pauseSeq: 0, subscriptionId: 'subscription', subscriptionVersionId: 'version' },
    ...{ countedAttempts: 0, attempts: 0, order: null, pendingSince: null, externalId: null, confirmed: false },
    ...{ outdated: false, messaging: null },
    event: {
      ...{ id: `event of ${id}`, type: 'pointsIssued', sourceId: 'source', customerId: null, customerKey: null },
      ...{ occurredAt: 0, receivedAt: NOW - ageMs, data: {}, sealed: null, traceparent },
    },
  };
}

describe('OtelTraces', () => {
  let exporter: InMemorySpanExporter;
  let traces: OtelTraces;

  beforeEach(() => {
    exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      // Only traces that continue or link a sampled trace are recorded.
      sampler: createSampler({ endpoint: '', protocol: 'http/json', sampler: 'parentbased_always_off', ratio: 1 }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    traces = new OtelTraces(new Spans(provider.getTracer('test'), { now: () => NOW }), () => ({
      brand: 'acme',
      destination: 'sms',
      type: 'http-sms',
    }));
  });

  function span(name: string, at = 0): ReadableSpan {
    const found = exporter.getFinishedSpans().filter((one) => one.name === name)[at];
    if (found === undefined) throw new Error(`no span ${name}`);
    return found;
  }
  const linksOf = ({ links }: ReadableSpan): string[] => links.map(({ context }) => context.spanId);
  function attempt(one: ClaimedDelivery): AttemptTrace {
    const begun = traces.beginAttempt(one);
    if (begun === null) throw new Error('the delivery is not traced');
    return begun;
  }

  it('records nothing of an event without a trace context, or with an invalid one', () => {
    traces.beginClaim().end([delivery('a', undefined)]);
    expect(traces.beginAttempt(delivery('a', undefined))).toBeNull();
    expect(traces.beginAttempt(delivery('a', 'not a context'))).toBeNull();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('records an attempt from memory as a child of the commit, with the outcome but no message', () => {
    const trace = attempt({ ...delivery('a', contextOf(traceIds[0])), direct: true });
    trace.beginRequest('POST', 'https://api.example.com/v1/…/messages').failed('transient', 503);
    trace.end('transient');
    const made = span('attempt acme/sms');
    expect(made.kind).toBe(SpanKind.CONSUMER);
    expect(made.parentSpanContext?.spanId).toBe(COMMIT_SPAN);
    expect(made.spanContext().traceId).toBe(traceIds[0]);
    expect(made.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(made.attributes).toMatchObject({
      'patchbay.delivery.direct': true,
      'patchbay.attempt.outcome': 'transient',
      'error.type': 'transient',
    });
    // The clock of the hub, not of the host.
    expect(made.startTime).toEqual([NOW / 1_000, 0]);
    const request = span('POST');
    expect(request.parentSpanContext?.spanId).toBe(made.spanContext().spanId);
    expect(request.kind).toBe(SpanKind.CLIENT);
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'url.full': 'https://api.example.com/v1/…/messages',
      'server.address': 'api.example.com',
      'server.port': 443,
      'http.response.status_code': 503,
      'error.type': '503',
    });
  });

  it('records lookups as children of the attempt, with the names of the enrichments and the outcome', () => {
    const trace = attempt({ ...delivery('a', contextOf(traceIds[0])), direct: true });
    trace.beginLookup(['profile']).end('found');
    trace.beginLookup([]).end('transient');
    trace.end('transient');
    const [found, failed] = [span('lookup acme/sms', 0), span('lookup acme/sms', 1)];
    const parent = span('attempt acme/sms').spanContext().spanId;
    expect([found, failed].map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([parent, parent]);
    expect(found.attributes).toEqual({
      'patchbay.lookup.enrichments': ['profile'],
      'patchbay.lookup.outcome': 'found',
    });
    expect(found.status).toEqual({ code: SpanStatusCode.UNSET });
    expect([failed.status, failed.attributes['error.type']]).toEqual([{ code: SpanStatusCode.ERROR }, 'transient']);
  });

  it('records the claim of each delivery in the trace of its event, with its attempt below it', () => {
    const claimed = traceIds.map((traceId) => delivery(traceId, contextOf(traceId)));
    traces.beginClaim().end(claimed);
    for (const one of claimed) attempt(one).end('accepted');
    for (const [index, traceId] of traceIds.entries()) {
      const claim = span('claim acme/sms', index);
      expect(claim.spanContext().traceId).toBe(traceId);
      expect(claim.parentSpanContext?.spanId).toBe(COMMIT_SPAN);
      expect(claim.attributes).toMatchObject({ 'messaging.batch.message_count': 2, 'patchbay.delivery.id': traceId });
      expect(span('attempt acme/sms', index).parentSpanContext?.spanId).toBe(claim.spanContext().spanId);
    }
  });

  it('records a batch in the trace of its first member, with links from and to all members', () => {
    const members = traceIds.map((traceId) => attempt(delivery(traceId, contextOf(traceId))));
    const [first, other] = members;
    if (first === undefined || other === undefined) throw new Error('unreachable');
    const batch = traces.beginBatch(first, [other]);
    batch.beginRequest('POST', 'https://api.example.com/bulk').answered(200);
    batch.end(2);
    for (const member of members) member.end('accepted');
    const call = span('batch acme/sms');
    const attempts = [span('attempt acme/sms', 0), span('attempt acme/sms', 1)] as const;
    expect(call.parentSpanContext?.spanId).toBe(attempts[0].spanContext().spanId);
    expect(linksOf(call)).toEqual(attempts.map((one) => one.spanContext().spanId));
    expect(linksOf(attempts[1])).toEqual([call.spanContext().spanId]);
    expect(attempts.map((one) => one.spanContext().traceId)).toEqual(traceIds);
    expect(span('POST').parentSpanContext?.spanId).toBe(call.spanContext().spanId);
    expect(call.attributes).toMatchObject({ 'messaging.batch.message_count': 2 });
  });

  it('records no span of a batch that was not sent', () => {
    const first = attempt(delivery('a', contextOf(traceIds[0])));
    traces.beginBatch(first, []).end(0);
    first.end('release');
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['attempt acme/sms']);
  });

  it('begins a new trace with a link for the claim and the attempt of an old event', () => {
    const old = delivery('a', contextOf(traceIds[0]), 16 * MINUTE_MS);
    traces.beginClaim().end([old]);
    attempt(old).end('accepted');
    const claim = span('claim acme/sms');
    expect(claim.spanContext().traceId).not.toBe(traceIds[0]);
    expect(claim.parentSpanContext).toBeUndefined();
    expect(linksOf(claim)).toEqual([COMMIT_SPAN]);
    expect(span('attempt acme/sms').spanContext().traceId).toBe(claim.spanContext().traceId);
    attempt(delivery('b', contextOf(traceIds[1]), 14 * MINUTE_MS)).end('accepted');
    expect(span('attempt acme/sms', 1).spanContext().traceId).toBe(traceIds[1]);
  });

  it('records a status callback for several events in the trace of the first, with a span in each trace', async () => {
    const updates = traceIds.map((traceId) => ({
      ...{ deliveryId: traceId, status: 'delivered' as const, traceparent: contextOf(traceId), receivedAt: NOW },
    }));
    const callback = { method: 'POST', scheme: 'https', destinationId: 'destination' };
    traces.beginCallback(callback).end(Promise.reject(new Error('the database is away')));
    traces.beginCallback(callback).end(Promise.resolve([]));
    traces.beginCallback(callback).end(Promise.resolve(updates));
    await until(() => exporter.getFinishedSpans().length === 3, { what: 'the spans of the callback' });
    const call = span('POST /v1/callbacks/:destinationId/:token');
    expect(call.spanContext().traceId).toBe(traceIds[0]);
    expect(call.parentSpanContext?.spanId).toBe(COMMIT_SPAN);
    const [first, other] = [span('status acme/sms', 0), span('status acme/sms', 1)];
    expect(first.parentSpanContext?.spanId).toBe(call.spanContext().spanId);
    expect(other.spanContext().traceId).toBe(traceIds[1]);
    expect(linksOf(other)).toEqual([call.spanContext().spanId]);
    expect(linksOf(call)).toEqual([other.spanContext().spanId]);
  });

  it('stores no context of a call that the sampler leaves out', () => {
    const call = { method: 'POST', scheme: 'http', brand: 'acme', source: 'in' };
    expect(traces.beginIngest({ ...call, traceparent: undefined }).beginCommit(1).traceparent).toBeUndefined();
    const sampled = traces.beginIngest({ ...call, traceparent: contextOf(traceIds[0]) });
    sampled.markAuthenticated();
    const commit = sampled.beginCommit(3);
    expect(commit.traceparent).toMatch(new RegExp(`^00-${traceIds[0]}-[0-9a-f]{16}-01$`));
    commit.end(true);
    sampled.end('stored');
    expect(span('commit acme/in').attributes).toMatchObject({ 'messaging.batch.message_count': 3 });
    expect(span('POST /v1/ingest/:brand/:source').attributes).toMatchObject({ 'http.response.status_code': 202 });
  });

  it('records no span of a call whose credentials were not checked', () => {
    const call = { method: 'POST', scheme: 'http', brand: 'acme', source: 'in', traceparent: contextOf(traceIds[0]) };
    traces.beginIngest(call).end('busy');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
