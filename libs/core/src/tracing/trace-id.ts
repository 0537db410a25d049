/** Returns the trace id in a trace context, which has the form `00-<trace id>-<span id>-<flags>`. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
