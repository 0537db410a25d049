const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a function with an AbortSignal that Ctrl-C, SIGTERM or SIGHUP aborts.
 * @param onStop called when the first signal arrives
 */
export async function withStopSignal<T>(onStop: () => void, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (!stop.signal.aborted) onStop();
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await run(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
