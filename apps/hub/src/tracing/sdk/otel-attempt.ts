import { SpanKind } from '@opentelemetry/api';
import type { AttemptOutcome, AttemptTrace, BatchTrace, LookupTrace, RequestTrace } from '@patchbay/core';
import { GOOD_OUTCOMES, messagingAttributes, requestAttributes } from './attributes.js';
import type { OpenSpan, Spans } from './spans.js';

/** Open span of an attempt. */
export class OtelAttempt implements AttemptTrace {
  /** @param destination name of the destination: `acme/sms` */
  constructor(
    readonly spans: Spans,
    private readonly span: OpenSpan,
    readonly destination: string,
  ) {}

  beginLookup(enrichments: readonly string[]): LookupTrace {
    return beginLookup(this, this.span, enrichments);
  }

  beginRequest(method: string, url: string): RequestTrace {
    return beginRequest(this.spans, this.span, method, url);
  }

  /**
   * Begins the span of a call with several messages. It is a child of this attempt, so that it is recorded whenever one of
   * its messages is. A span has only one parent, so the other attempts are linked.
   */
  beginBatch(others: readonly OtelAttempt[]): BatchTrace {
    const { spans, destination } = this;
    const batch = spans.begin({
      name: `batch ${destination}`,
      kind: SpanKind.INTERNAL,
      attributes: messagingAttributes('batch', destination),
      parent: this.span.asParent,
      links: [this, ...others].map(({ span }) => ({ context: span.context })),
    });
    return {
      beginLookup: (enrichments) => beginLookup(this, batch, enrichments),
      beginRequest: (method, url) => beginRequest(spans, batch, method, url),
      end: (messages) => {
        if (messages === 0) return;
        for (const { span } of others) span.link(batch.context);
        batch.set('messaging.batch.message_count', messages);
        batch.end();
      },
    };
  }

  end(outcome: AttemptOutcome['kind'] | 'release'): void {
    this.span.set('patchbay.attempt.outcome', outcome);
    if (!GOOD_OUTCOMES.has(outcome)) this.span.fail(outcome);
    this.span.end();
  }
}

function beginLookup(
  { spans, destination }: Pick<OtelAttempt, 'spans' | 'destination'>,
  { asParent: parent }: OpenSpan,
  enrichments: readonly string[],
): LookupTrace {
  const attributes = { 'patchbay.lookup.enrichments': [...enrichments] };
  const span = spans.begin({ name: `lookup ${destination}`, kind: SpanKind.INTERNAL, attributes, parent });
  return {
    end: (outcome) => {
      span.set('patchbay.lookup.outcome', outcome);
      if (outcome !== 'found' && !GOOD_OUTCOMES.has(outcome)) span.fail(outcome);
      span.end();
    },
  };
}

function beginRequest(spans: Spans, { asParent: parent }: OpenSpan, method: string, url: string): RequestTrace {
  const attributes = requestAttributes(method, url);
  const span = spans.begin({ name: method, kind: SpanKind.CLIENT, attributes, parent });
  const answered = (status: number): void => {
    span.set('http.response.status_code', status);
    if (status >= 400) span.fail(String(status));
  };
  return {
    answered: (status) => {
      answered(status);
      span.end();
    },
    failed: (errorKind, status) => {
      if (status === undefined) span.fail(errorKind);
      else answered(status);
      span.end();
    },
  };
}
