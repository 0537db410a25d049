import { ResponseCache } from './response-cache.js';

const MAX_ENTRIES = 10_000;
const MAX_CHARACTERS = 16 * 1_024 * 1_024;

/** Creates a cache of the default size. @param ttlMs time to live in milliseconds */
export function newResponseCache<T>(ttlMs: number): ResponseCache<T> {
  return new ResponseCache({
    ttlMs,
    maxEntries: MAX_ENTRIES,
    maxCharacters: MAX_CHARACTERS,
    now: () => performance.now(),
  });
}
