import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Link, Span, SpanContext, SpanKind, Tracer } from '@opentelemetry/api';
import type { Clock } from '@patchbay/core';

/** Start and end of a span, in milliseconds since the epoch. */
export interface SpanTimes {
  readonly startTime: number;
  readonly endTime: number;
}

/** New span. */
interface NewSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parent: Context;
  readonly links?: readonly Link[];
}

/** Creates spans. They have the time of the hub's clock, so that spans of several hosts fit together. */
export class Spans {
  constructor(
    private readonly tracer: Tracer,
    readonly clock: Clock,
  ) {}

  /** Starts a stopwatch for spans that are recorded after the work that they describe. */
  stopwatch(): SpanStopwatch {
    return new SpanStopwatch(this.clock);
  }

  /** Begins a span. */
  begin(span: NewSpan): OpenSpan {
    const stopwatch = this.stopwatch();
    return new OpenSpan(this.start(span, stopwatch.startTime), stopwatch);
  }

  /** Records a span whose work has ended. */
  record(span: NewSpan, { startTime, endTime }: SpanTimes): Span {
    const recorded = this.start(span, startTime);
    recorded.end(endTime);
    return recorded;
  }

  /** Begins a span at a given time. The caller ends it with a time. */
  start({ name, kind, attributes, parent, links = [] }: NewSpan, startTime: number): Span {
    return this.tracer.startSpan(name, { kind, attributes, links: [...links], startTime }, parent);
  }
}

/** Stopwatch with the start by the hub's clock. Durations have fractions of milliseconds. */
export class SpanStopwatch {
  readonly startTime: number;
  private readonly monotonic = performance.now();

  constructor(clock: Clock) {
    this.startTime = clock.now();
  }

  /** Returns the times of a span that ends now. */
  times(): SpanTimes {
    return { startTime: this.startTime, endTime: this.startTime + performance.now() - this.monotonic };
  }
}

/** Span that has begun. It is sent only if it is ended. */
export class OpenSpan {
  constructor(
    private readonly span: Span,
    private readonly stopwatch: SpanStopwatch,
  ) {}

  get context(): SpanContext {
    return this.span.spanContext();
  }

  /** Context in which new spans are children of this span. */
  get asParent(): Context {
    return inSpan(this.span);
  }

  /** False if the sampler leaves out the trace. */
  get isSampled(): boolean {
    return this.span.isRecording();
  }

  set(name: string, value: string | number | boolean): void {
    this.span.setAttribute(name, value);
  }

  setAll(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** Marks the span as failed. The text of an error may contain values, so only the kind of the error is recorded. */
  fail(errorType: string): void {
    this.span.setAttribute('error.type', errorType);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  link(context: SpanContext): void {
    this.span.addLink({ context });
  }

  end(): void {
    this.span.end(this.stopwatch.times().endTime);
  }
}

/** Returns the context in which new spans are children of a span. */
export function inSpan(span: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, span);
}
