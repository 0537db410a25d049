import { retryAfterOf } from './patchbay-error.js';
import { retryDelay } from './retry-delay.js';

/** Function that sends a request, such as `fetch`. */
export type Send = (request: Request) => Promise<Response>;

/** Limits of a call. */
interface Limits {
  /** Time limit of an attempt in milliseconds, including the body of its answer. Null: no limit. */
  readonly timeoutMs: number | null;
  /** Largest number of repetitions. */
  readonly retries: number;
  /** Path of the base URL, which precedes the paths of the API. */
  readonly basePath: string;
}

/** Returns a function that sends a request with a time limit, and repeats it if that is safe and may help. */
export function boundedFetch(send: Send, { timeoutMs, retries, basePath }: Limits): Send {
  const limited: Send =
    timeoutMs === null
      ? send
      : (request) =>
          send(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) }));
  return async (request) => {
    const path = new URL(request.url).pathname.slice(basePath.length);
    for (let earlier = 0; earlier < retries; earlier += 1) {
      const attempt = { method: request.method, path, earlier };
      const wait = await limited(request.clone()).then(
        async (response) => {
          // A browser gives a redirect that it does not follow the status 0. It is an answer all the same.
          if (response.type === 'opaqueredirect') return response;
          const delay = retryDelay({ ...attempt, status: response.status, retryAfter: retryAfterOf(response) });
          if (delay === null) return response;
          // Frees the connection. It is free already if the connection was lost within the body.
          await response.body?.cancel().catch(() => undefined);
          return delay;
        },
        (error: unknown) => {
          const delay = request.signal.aborted ? null : retryDelay({ ...attempt, status: 0, retryAfter: null });
          if (delay === null) throw error;
          return delay;
        },
      );
      if (typeof wait !== 'number') return wait;
      await waitFor(wait, request.signal);
    }
    return limited(request);
  };
}

/** Resolves after a time. Rejects with the reason of the signal as soon as the signal aborts. */
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
