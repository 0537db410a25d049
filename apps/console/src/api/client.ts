import createClient, { type Middleware } from 'openapi-fetch';
import { setConnection } from './connection';
import { Problem, problemOf } from './problem';
import type { paths } from './schema';

/** Header of calls that no person started. They do not extend the session. */
export const BACKGROUND = { 'x-patchbay-background': '1' };

/** Header of all calls of the console. Pages of other origins cannot set it. */
const CONSOLE = { 'x-patchbay-console': '1' } as const;

/** Turns every answer that is not a success into a thrown {@link Problem}. */
const throwProblems: Middleware = {
  async onResponse({ response, schemaPath }) {
    setConnection({ reachable: true });
    if (response.status === 401 && schemaPath !== '/v1/session') setConnection({ sessionEnded: true });
    if (!response.ok) throw await problemOf(response);
    if ((response.headers.get('content-type') ?? '').includes('text/html')) {
      throw new Problem('unreadable', response.status, '');
    }
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    setConnection({ reachable: false });
    return new Problem('unreachable', 0, '');
  },
};

/** Typed client of the hub's API. The cookie of the session goes along. A failed call throws a {@link Problem}. */
export const api = createClient<paths>({ baseUrl: location.origin, headers: CONSOLE });
api.use(throwProblems);

/** Waits for a call of {@link api} and returns the body of its answer. Throws a {@link Problem} if it has none. */
export async function answerOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  return (await completeAnswerOf(call)).data;
}

/** Waits for a call of {@link api} and returns its answer with the body. Throws a {@link Problem} if it has none. */
export async function completeAnswerOf<T>(
  call: Promise<{ data?: T; response: Response }>,
): Promise<{ data: T; response: Response }> {
  try {
    const { data, response } = await call;
    if (data === undefined) throw new Problem('unreadable', response.status, '');
    return { data, response };
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem('unreadable', 0, '');
    throw error;
  }
}
