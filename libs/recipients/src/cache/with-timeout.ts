import { timeoutAfterReads } from '@patchbay/http';

/**
 * Waits for work so many milliseconds; the work itself goes on, since others may wait for it too.
 * @param late the error of a wait that took too long
 */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timeoutAfterReads(() => reject(late()), timeoutMs);
    work.then(resolve, reject).finally(cancel);
  });
}
