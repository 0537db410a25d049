import { LiquidError } from 'liquidjs';
import { RenderProblem, RenderTimeout } from '../render-problem.js';

/** Failed evaluation of a template string. */
export class RenderFailure extends Error {
  override readonly name = 'RenderFailure';

  constructor(
    /** Place in the template. */
    readonly path: string,
    readonly reason: string,
    /** True if the evaluation exceeded the time limit. */
    readonly timedOut: boolean,
  ) {
    super(reason);
  }
}

/**
 * Converts an error of a template string. Drops the messages of other libraries, because they can contain values of the
 * event.
 */
export function failureAt(path: string, error: unknown): RenderFailure {
  if (error instanceof RenderFailure) return error;
  const cause = causeOf(error);
  const timedOut = cause instanceof RenderTimeout || messageOf(cause).startsWith('template render limit');
  return new RenderFailure(path, timedOut ? 'takes too long: use shorter loops and lists.' : reasonOf(cause), timedOut);
}

function reasonOf(cause: unknown): string {
  if (cause instanceof RenderProblem) return cause.message;
  if (messageOf(cause).startsWith('memory alloc limit')) {
    return 'needs too much memory: use fewer or shorter lists and texts.';
  }
  if (cause instanceof RangeError) return 'grows too large or is nested too deeply: use smaller values.';
  return 'could not be evaluated for this event: check the inputs of its filters.';
}

/** Returns the error that Liquid wrapped in its own error. */
function causeOf(error: unknown): unknown {
  return LiquidError.is(error) && error.originalError !== undefined ? causeOf(error.originalError) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
