import { PatchbayError } from '@patchbay/client';

const MAX_RETRIES = 5;

/**
 * Options of a call that renders templates or filters. The hub answers 429 if the thread of the templates is busy, or
 * another trial of the key runs; the call is then repeated.
 */
export const RETRY_BUSY = {
  retry: (failures: number, error: unknown): boolean =>
    failures < MAX_RETRIES && error instanceof PatchbayError && error.status === 429,
  retryDelay: (_failures: number, error: unknown): number =>
    1_000 * ((error instanceof PatchbayError ? error.retryAfter : null) ?? 1),
};
