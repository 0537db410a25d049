import { SpanKind, type Context, type Span } from '@opentelemetry/api';
import type {
  AttemptTrace,
  BatchTrace,
  ClaimedDelivery,
  ClaimTrace,
  CommitTrace,
  TracedStatusUpdate,
} from '@patchbay/core';
import type {
  CallbackTrace,
  HubTraces,
  IngestCallTrace,
  QueueNames,
  TracedCallback,
  TracedIngestCall,
} from '../hub-traces.js';
import {
  ANSWER_STATUS,
  callbackAttributes,
  ingestAttributes,
  messagingAttributes,
  nameAttributes,
  queueName,
} from './attributes.js';
import { OtelAttempt } from './otel-attempt.js';
import { inSpan, type Spans, type SpanTimes } from './spans.js';
import { contextOfCall, placeOfEvent, storedContext, type SpanPlace } from './trace-context.js';

/** Spans of a call that the sampler leaves out, as it does for most calls. */
const NOT_SAMPLED: IngestCallTrace = {
  markAuthenticated: () => undefined,
  beginCommit: () => ({ traceparent: undefined, end: () => undefined }),
  end: () => undefined,
};

/**
 * Traces by OpenTelemetry, with the names of its semantic conventions. A span that is never ended is never sent: this is
 * how spans of refused calls disappear.
 */
export class OtelTraces implements HubTraces {
  /** Spans of the claims of deliveries. An attempt of a claimed delivery is a child of the claim. */
  private readonly claims = new WeakMap<ClaimedDelivery, Span>();

  constructor(
    private readonly spans: Spans,
    private readonly namesOf: (queueId: string) => QueueNames,
  ) {}

  beginIngest(call: TracedIngestCall): IngestCallTrace {
    const span = this.spans.begin({
      name: `${call.method} /v1/ingest/:brand/:source`,
      kind: SpanKind.SERVER,
      attributes: {},
      parent: contextOfCall(call.traceparent),
    });
    if (!span.isSampled) return NOT_SAMPLED;
    span.setAll(ingestAttributes(call));
    let isAuthenticated = false;
    return {
      markAuthenticated: () => {
        isAuthenticated = true;
      },
      beginCommit: (events) => this.beginCommit(call, events, span.asParent),
      end: (answer) => {
        if (!isAuthenticated || answer === 'unauthorised') return;
        span.set('http.response.status_code', ANSWER_STATUS[answer]);
        span.end();
      },
    };
  }

  beginClaim(): ClaimTrace {
    const stopwatch = this.spans.stopwatch();
    return {
      end: (deliveries) => {
        const times = stopwatch.times();
        for (const delivery of deliveries) this.recordClaim(delivery, deliveries.length, times);
      },
    };
  }

  beginAttempt(delivery: ClaimedDelivery): OtelAttempt | null {
    const claim = this.claims.get(delivery);
    const place = claim === undefined ? this.placeOf(delivery) : { parent: inSpan(claim), links: [] };
    if (place === null) return null;
    const names = this.namesOf(delivery.destinationId);
    const attributes = {
      ...messagingAttributes('attempt', queueName(names)),
      ...nameAttributes(names),
      'messaging.message.id': delivery.event.id,
      'patchbay.event.type': delivery.event.type,
      'patchbay.delivery.id': delivery.id,
      'patchbay.delivery.direct': delivery.direct ?? false,
      'patchbay.attempt.number': delivery.attempts + 1,
    };
    const span = this.spans.begin({
      name: `attempt ${queueName(names)}`,
      kind: SpanKind.CONSUMER,
      attributes,
      ...place,
    });
    return new OtelAttempt(this.spans, span, queueName(names));
  }

  beginBatch(first: AttemptTrace, others: readonly AttemptTrace[]): BatchTrace {
    if (!(first instanceof OtelAttempt)) throw new TypeError('The batch has an attempt of another tracing.');
    return first.beginBatch(others.filter((other) => other instanceof OtelAttempt));
  }

  beginCallback(call: TracedCallback): CallbackTrace {
    const stopwatch = this.spans.stopwatch();
    return {
      end: (updates) => {
        const times = stopwatch.times();
        updates.then(
          (known) => this.recordCallback(call, known, times),
          // The updates are applied. Without the database, only their spans are missing.
          () => undefined,
        );
      },
    };
  }

  private beginCommit({ brand, source }: TracedIngestCall, events: number, parent: Context): CommitTrace {
    const attributes = {
      ...messagingAttributes('commit', `${brand}/${source}`),
      'messaging.batch.message_count': events,
      'patchbay.brand': brand,
      'patchbay.source': source,
    };
    const name = `commit ${brand}/${source}`;
    const span = this.spans.begin({ name, kind: SpanKind.PRODUCER, attributes, parent });
    return {
      traceparent: storedContext(span.context),
      end: (isStored) => {
        if (!isStored) span.fail('not_stored');
        span.end();
      },
    };
  }

  private recordClaim(delivery: ClaimedDelivery, claimed: number, times: SpanTimes): void {
    const place = this.placeOf(delivery);
    if (place === null) return;
    const names = this.namesOf(delivery.destinationId);
    const attributes = {
      ...messagingAttributes('claim', queueName(names)),
      ...nameAttributes(names),
      'messaging.message.id': delivery.event.id,
      'messaging.batch.message_count': claimed,
      'patchbay.delivery.id': delivery.id,
    };
    const name = `claim ${queueName(names)}`;
    this.claims.set(delivery, this.spans.record({ name, kind: SpanKind.CONSUMER, attributes, ...place }, times));
  }

  /**
   * Records a callback. The span of the call is in the trace of the first event and links the others, as for a batch. Each
   * update has a span in the trace of its event.
   */
  private recordCallback(call: TracedCallback, updates: readonly TracedStatusUpdate[], times: SpanTimes): void {
    const names = this.namesOf(call.destinationId);
    let callSpan: Span | undefined;
    for (const { deliveryId, status, traceparent, receivedAt } of updates) {
      const place = placeOfEvent(traceparent, times.startTime - receivedAt);
      if (place === null) continue;
      const attributes = {
        ...nameAttributes(names),
        'patchbay.delivery.id': deliveryId,
        'patchbay.vendor_status': status,
      };
      const update = { name: `status ${queueName(names)}`, kind: SpanKind.INTERNAL, attributes };
      if (callSpan === undefined) {
        callSpan = this.startCallback(call, place, times.startTime);
        this.spans.record({ ...update, parent: inSpan(callSpan) }, times);
      } else {
        const { parent } = place;
        const links = [...place.links, { context: callSpan.spanContext() }];
        const span = this.spans.record({ ...update, parent, links }, times);
        callSpan.addLink({ context: span.spanContext() });
      }
    }
    callSpan?.end(times.endTime);
  }

  private startCallback(call: TracedCallback, place: SpanPlace, startTime: number): Span {
    const attributes = callbackAttributes(call, this.namesOf(call.destinationId));
    const name = `${call.method} /v1/callbacks/:destinationId/:token`;
    return this.spans.start({ name, kind: SpanKind.SERVER, attributes, ...place }, startTime);
  }

  private placeOf({ event }: ClaimedDelivery): SpanPlace | null {
    return placeOfEvent(event.traceparent, this.spans.clock.now() - event.receivedAt);
  }
}
