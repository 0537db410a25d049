import { timeoutAfterReads } from '@patchbay/http';

/**
 * Waits for work at most `timeoutMs` milliseconds. The work itself continues, because other callers may wait for it
 * too.
 * @param late creates the error if the wait takes too long
 */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timeoutAfterReads(() => reject(late()), timeoutMs);
    work.then(resolve, reject).finally(cancel);
  });
}
