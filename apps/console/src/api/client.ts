import { createClient } from '@patchbay/client';
import { setConnection } from './connection';

/** Header of calls that no person started. They do not extend the session. */
export const BACKGROUND = { 'x-patchbay-background': '1' };

/** Header of all calls of the console. Pages of other origins cannot set it. */
const CONSOLE = { 'x-patchbay-console': '1' } as const;

/**
 * Client of the hub. The cookie of the session goes along. React Query repeats calls, and a person sees how long a call
 * takes, so the client itself does neither.
 */
export const api = createClient({ baseUrl: location.origin, headers: CONSOLE, timeoutMs: null, retries: 0 });
api.use({
  onResponse({ response, schemaPath }) {
    setConnection({ reachable: true });
    if (response.status === 401 && schemaPath !== '/v1/session') setConnection({ sessionEnded: true });
  },
  onError({ error }) {
    const isAborted = error instanceof DOMException && error.name === 'AbortError';
    if (!isAborted) setConnection({ reachable: false });
  },
});

/** Time after which the lag of a list is not shown any more, in milliseconds. */
const LAG_SHOWN_MS = 15_000;

let position: string | null = null;
let lagEnds: ReturnType<typeof setTimeout> | undefined;

// Sends the position of this tab's last change with each call, so that lists contain the change. Keeps how far the lists
// are behind.
api.use({
  onRequest({ request }) {
    if (position !== null) request.headers.set('patchbay-position', position);
  },
  onResponse({ response }) {
    position = response.headers.get('patchbay-position') ?? position;
    const lag = response.headers.get('patchbay-lag');
    if (lag === null) return;
    setConnection({ lagSeconds: Number(lag) });
    clearTimeout(lagEnds);
    lagEnds = setTimeout(() => setConnection({ lagSeconds: 0 }), LAG_SHOWN_MS);
  },
});
