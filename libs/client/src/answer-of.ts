import { nameOf } from './name-of.js';
import { PatchbayError } from './patchbay-error.js';

/**
 * Waits for a call and returns the body of its answer.
 * @throws PatchbayError if the call fails, if the connection is lost within the body, or if the body is missing or not JSON
 */
export async function answerOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await call.catch((error: unknown) => {
    throw readFailureOf(error);
  });
  if (data === undefined) throw new PatchbayError('unreadable', { status: response.status });
  return data;
}

/** Converts an error that ended the reading of a body. Returns all other errors as they are. */
function readFailureOf(error: unknown): unknown {
  const name = nameOf(error);
  if (name === 'SyntaxError') return new PatchbayError('unreadable', { cause: error });
  // `fetch` reports a connection that is lost within the body as a TypeError.
  if (name === 'TypeError') return new PatchbayError('unreachable', { cause: error });
  if (name === 'TimeoutError') return new PatchbayError('timeout', { cause: error });
  return error;
}
