const BATCH = 1_000;
const WARM_UP_CALLS = 20_000;
const MEASURE_MS = 3_000;

/**
 * Measures the CPU time of one call of `work`, in microseconds. Uses the CPU time of this process instead of elapsed
 * time, so that other processes do not affect the result.
 */
export async function cpuMicrosecondsOf(work) {
  await repeat(work, WARM_UP_CALLS);
  const end = performance.now() + MEASURE_MS;
  const before = process.cpuUsage();
  let calls = 0;
  while (performance.now() < end) {
    await repeat(work, BATCH);
    calls += BATCH;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

async function repeat(work, times) {
  for (let n = 0; n < times; n++) {
    const result = work();
    if (result instanceof Promise) await result;
  }
}
