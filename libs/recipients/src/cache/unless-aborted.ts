/**
 * Waits for work that other callers may wait for too. If the signal is aborted, this wait rejects and the work
 * continues. The rejection counts as an internal error of the hub.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new Error('The lookup was stopped, because the hub is stopping. The hub retries the delivery.'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
