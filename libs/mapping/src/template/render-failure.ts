import { LiquidError } from 'liquidjs';
import { RenderProblem } from '../render-problem.js';

/** A leaf that could not be worked out. */
export class RenderFailure extends Error {
  override readonly name = 'RenderFailure';

  constructor(
    /** Where in the template. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Puts the place to whatever a leaf threw. Texts of other libraries can hold values of the event: none is passed on. */
export function failureAt(path: string, error: unknown): RenderFailure {
  return error instanceof RenderFailure ? error : new RenderFailure(path, reasonOf(error));
}

function reasonOf(error: unknown): string {
  if (error instanceof RenderProblem) return error.message;
  if (LiquidError.is(error) && error.originalError !== undefined) return reasonOf(error.originalError);
  const text = error instanceof Error ? error.message : '';
  if (text.startsWith('template render limit')) return 'takes too long; make its loops shorter.';
  if (text.startsWith('memory alloc limit')) return 'needs too much memory; make fewer or shorter lists and texts.';
  if (error instanceof RangeError) return 'grows too large or is nested too deeply.';
  return 'could not be worked out for this event; check what its filters get.';
}
