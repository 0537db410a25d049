/**
 * Calls a function after the sockets have been read. If the event loop was blocked, overdue timers fire before the
 * answers that arrived meanwhile are read. A time limit without this delay would discard such answers. The function
 * waits for two turns of the event loop, because some answers take two reads.
 * @returns a function that cancels the call
 */
export function afterReads(act: () => void): () => void {
  let next = setImmediate(() => {
    next = setImmediate(act);
  });
  return () => {
    clearImmediate(next);
  };
}

/**
 * Starts a timer whose function runs after the sockets have been read.
 * @returns a function that cancels the timer
 */
export function timeoutAfterReads(act: () => void, ms: number): () => void {
  let cancel = (): void => undefined;
  const timer = setTimeout(() => {
    cancel = afterReads(act);
  }, ms);
  return () => {
    clearTimeout(timer);
    cancel();
  };
}
