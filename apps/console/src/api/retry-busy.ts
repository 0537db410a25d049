import { Problem } from './problem';

const MAX_RETRIES = 5;

/**
 * Options of a call that renders templates or filters. The hub answers 429 if the thread of the templates is busy, or
 * another trial of the key runs; the call is then repeated.
 */
export const RETRY_BUSY = {
  retry: (failures: number, error: unknown): boolean =>
    failures < MAX_RETRIES && error instanceof Problem && error.status === 429,
  retryDelay: (_failures: number, error: unknown): number =>
    1_000 * ((error instanceof Problem ? error.retryAfter : null) ?? 1),
};
