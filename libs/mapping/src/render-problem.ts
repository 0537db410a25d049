/**
 * Why a message could not be made from this event. Thrown inside a render and caught by it; its message is shown and
 * stored, so it never holds a value of the event.
 */
export class RenderProblem extends Error {
  override readonly name: string = 'RenderProblem';
}

/** The time for a message is used up. */
export class RenderTimeout extends RenderProblem {
  constructor() {
    super('takes too long.');
  }
}
