type Listener = () => void;

const bySignal = new WeakMap<AbortSignal, Set<Listener>>();

/**
 * Calls a function when a long-lived signal fires. Hundreds of attempts wait for the same signal. They share one
 * listener, because adding and removing one per attempt is slow and Node.js warns about more than ten.
 * @returns function that removes the listener
 */
export function onAbort(signal: AbortSignal, listener: Listener): () => void {
  const listeners = bySignal.get(signal) ?? listenTo(signal);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function listenTo(signal: AbortSignal): Set<Listener> {
  const listeners = new Set<Listener>();
  bySignal.set(signal, listeners);
  signal.addEventListener('abort', () => {
    for (const listener of [...listeners]) listener();
  });
  return listeners;
}
