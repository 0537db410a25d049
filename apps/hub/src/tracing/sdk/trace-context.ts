import { ROOT_CONTEXT, trace, TraceFlags, type Context, type Link, type SpanContext } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

/** Place of a new span: in the trace of a parent, or in a new trace with a link. */
export interface SpanPlace {
  readonly parent: Context;
  readonly links: readonly Link[];
}

/**
 * Age of an event from which its spans begin new traces that link to the trace of the event, in milliseconds. Backends
 * collect the spans of a trace for a limited time only.
 */
const LINKED_FROM_MS = 15 * 60_000;

/** Returns the context of an incoming call. An invalid header counts as none. */
export function contextOfCall(traceparent: string | undefined): Context {
  const remote = remoteContext(traceparent);
  return remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
}

/**
 * Returns the place of the spans of a stored event. Null if the event is not traced.
 * @param ageMs milliseconds since the receipt of the event
 */
export function placeOfEvent(traceparent: string | undefined, ageMs: number): SpanPlace | null {
  const remote = remoteContext(traceparent);
  if (remote === null) return null;
  if (ageMs > LINKED_FROM_MS) return { parent: ROOT_CONTEXT, links: [{ context: remote }] };
  return { parent: trace.setSpanContext(ROOT_CONTEXT, remote), links: [] };
}

/** Returns the trace context that is stored with the events of a span. Undefined if the span is not sampled. */
export function storedContext({ traceId, spanId, traceFlags }: SpanContext): string | undefined {
  return isSampled({ traceFlags }) ? `00-${traceId}-${spanId}-01` : undefined;
}

/** Returns true if the spans of a trace are recorded. */
export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

function remoteContext(traceparent: string | undefined): SpanContext | null {
  const parsed = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parsed === null ? null : { ...parsed, isRemote: true };
}
