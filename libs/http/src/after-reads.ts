/**
 * Calls a function once the sockets have been read. After the event loop was blocked, overdue timers fire before the
 * answers that arrived meanwhile are read: a time limit that acted at once would discard an answer that is there. The
 * second turn is for answers that take two reads.
 * @returns cancels the call
 */
function afterReads(act: () => void): () => void {
  let next = setImmediate(() => {
    next = setImmediate(act);
  });
  return () => {
    clearImmediate(next);
  };
}

/**
 * A timer whose function runs after the sockets have been read.
 * @returns cancels it
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
