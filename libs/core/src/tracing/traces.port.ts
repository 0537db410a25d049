import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';

/**
 * Records the way of single events as spans. A process whose tracing is off has no `Traces`. Spans contain ids, names and
 * outcomes, but no messages, data or addresses, and no full URLs.
 */
export interface Traces {
  /** Begins the spans of one claim statement. */
  beginClaim(): ClaimTrace;
  /** Begins the span of an attempt. Null if the event of the delivery is not traced. */
  beginAttempt(delivery: ClaimedDelivery): AttemptTrace | null;
  /** Begins the span of a call with several messages. It belongs to the trace of its first attempt, and links the others. */
  beginBatch(first: AttemptTrace, others: readonly AttemptTrace[]): BatchTrace;
}

/** Span of an ingest call. */
export interface IngestTrace {
  /** Marks the caller as authenticated. A call that was answered before this leaves no span. */
  markAuthenticated(): void;
  /** Begins the span of the commit. @param events number of events of the call */
  beginCommit(events: number): CommitTrace;
}

/** Span of the commit of a call. It includes the wait for other calls of the same commit. */
export interface CommitTrace {
  /** Context that is stored with the events, as in the W3C header `traceparent`. Undefined if the call is not sampled. */
  readonly traceparent: string | undefined;
  /** Ends the span. @param isStored false if no event of the call was stored, or if the outcome is unknown */
  end(isStored: boolean): void;
}

/** Spans of one claim statement: one span in the trace of each claimed delivery. */
export interface ClaimTrace {
  /** Records the spans. @param deliveries the deliveries that the statement claimed */
  end(deliveries: readonly ClaimedDelivery[]): void;
}

/** Span whose lookups and vendor requests are traced. */
export interface CallTrace {
  /**
   * Begins the span of the lookups of a message.
   * @param enrichments names of the enrichments; the recipient is looked up as well
   */
  beginLookup(enrichments: readonly string[]): LookupTrace;
  /**
   * Begins the span of an HTTP request to the vendor.
   * @param url URL without query, and without ids, addresses and secrets in its path
   */
  beginRequest(method: string, url: string): RequestTrace;
}

/** Span of the lookups of a message in the brand's own systems. */
export interface LookupTrace {
  /** Ends the span. @param outcome `found`, or the outcome of the attempt if the lookup failed */
  end(outcome: AttemptOutcome['kind'] | 'found'): void;
}

/** Span of an attempt. */
export interface AttemptTrace extends CallTrace {
  /** Ends the span. @param outcome kind of the outcome; `release` if the attempt was not made */
  end(outcome: AttemptOutcome['kind'] | 'release'): void;
}

/** Span of a call with several messages. */
export interface BatchTrace extends CallTrace {
  /** Ends the span, and links it from the attempts. @param messages number of messages that were sent; 0 if there was no call */
  end(messages: number): void;
}

/** Span of an HTTP request to a vendor. */
export interface RequestTrace {
  /** Ends the span of a request that was answered. */
  answered(status: number): void;
  /** Ends the span of a failed request. @param status status of the answer, if there was one */
  failed(errorKind: string, status: number | undefined): void;
}
