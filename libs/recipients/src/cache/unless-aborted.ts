/**
 * Waits for work that others may wait for too: a signal ends this waiting and not the work. Rejects with an Error then,
 * which is nobody's fault but the hub's.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new Error('The hub was stopping while a lookup was under way.'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
