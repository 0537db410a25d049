type Listener = () => void;

const bySignal = new WeakMap<AbortSignal, Set<Listener>>();

/**
 * Has a function called when a long-lived signal fires. Hundreds of attempts listen to the same one: they share one listener,
 * as adding and removing one each is dear, and Node warns of more than ten.
 * @returns ends it
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
