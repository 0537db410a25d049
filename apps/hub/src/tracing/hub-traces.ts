import type { Clock, IngestAnswer, IngestTrace, TracedStatusUpdate, Traces } from '@patchbay/core';

/** Traces of a process with its HTTP server. */
export interface HubTraces extends Traces {
  /** Begins the span of an ingest call, whose body has arrived. */
  beginIngest(call: TracedIngestCall): IngestCallTrace;
  /** Begins the span of a status callback. */
  beginCallback(call: TracedCallback): CallbackTrace;
}

/** Ingest call with the values that its span contains. */
export interface TracedIngestCall {
  readonly method: string;
  readonly scheme: string;
  readonly brand: string;
  readonly source: string;
  /** Header `traceparent` of the call. Undefined if the call has none. */
  readonly traceparent: string | undefined;
}

/** Span of an ingest call. A call without valid credentials leaves no span, so that strangers cannot create traces. */
export interface IngestCallTrace extends IngestTrace {
  /** Ends the span. */
  end(answer: IngestAnswer['kind']): void;
}

/** Status callback with the values that its span contains. The path of a callback contains a secret, so it has none. */
export interface TracedCallback {
  readonly method: string;
  readonly scheme: string;
  readonly destinationId: string;
}

/** Spans of a status callback: one span of the call, and one span per update in the trace of its event. */
export interface CallbackTrace {
  /**
   * Ends the span of the call now, and records the spans when the updates are known. Records nothing if there are none,
   * or if they cannot be read.
   */
  end(updates: Promise<readonly TracedStatusUpdate[]>): void;
}

/** Names of a destination, or of a subscription whose deliveries have no destination yet. */
export interface QueueNames {
  readonly brand: string;
  readonly destination: string;
  readonly type: string;
}

/** Tracing of a process. */
export interface Tracing {
  /** Creates the traces. @param namesOf returns the names of a destination by its id */
  traces(namesOf: (queueId: string) => QueueNames, clock: Clock): HubTraces;
  /** Sends the remaining spans. Resolves when they are sent, or after a time limit. */
  shutdown(): Promise<void>;
}
