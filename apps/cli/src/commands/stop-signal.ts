const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a function with an AbortSignal that Ctrl-C, SIGTERM or SIGHUP aborts.
 * @param onStop called when the first signal arrives
 */
export async function withStopSignal(onStop: () => void, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (!stop.signal.aborted) onStop();
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await run(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
