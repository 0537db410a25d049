import { LiquidError } from 'liquidjs';
import { RenderProblem, RenderTimeout } from '../render-problem.js';

/** A template string that could not be worked out. */
export class RenderFailure extends Error {
  override readonly name = 'RenderFailure';

  constructor(
    /** Where in the template. */
    readonly path: string,
    readonly reason: string,
    /** Whether it was the clock that stopped it. */
    readonly timedOut: boolean,
  ) {
    super(reason);
  }
}

/** Adds the path to an error that a template string threw. Texts of other libraries can hold values of the event: none is passed on. */
export function failureAt(path: string, error: unknown): RenderFailure {
  if (error instanceof RenderFailure) return error;
  const cause = causeOf(error);
  const timedOut = cause instanceof RenderTimeout || messageOf(cause).startsWith('template render limit');
  return new RenderFailure(
    path,
    timedOut ? 'takes too long; make its loops and lists shorter.' : reasonOf(cause),
    timedOut,
  );
}

function reasonOf(cause: unknown): string {
  if (cause instanceof RenderProblem) return cause.message;
  if (messageOf(cause).startsWith('memory alloc limit')) {
    return 'needs too much memory; make fewer or shorter lists and texts.';
  }
  if (cause instanceof RangeError) return 'grows too large or is nested too deeply.';
  return 'could not be worked out for this event; check what its filters get.';
}

/** What Liquid wrapped. */
function causeOf(error: unknown): unknown {
  return LiquidError.is(error) && error.originalError !== undefined ? causeOf(error.originalError) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
