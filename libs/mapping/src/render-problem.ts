/**
 * Problem that prevents rendering a message from an event. The code that renders the message catches the problem. Its
 * text is shown and stored, so it never contains a value of the event.
 */
export class RenderProblem extends Error {
  override readonly name: string = 'RenderProblem';
}

/** Problem of a render that exceeds its time limit. */
export class RenderTimeout extends RenderProblem {
  constructor() {
    super('takes too long.');
  }
}
