/**
 * Time limit for closing queue and worker, in milliseconds. A slice ends within a fraction of a second. Without this
 * limit, BullMQ would wait forever for an unavailable Redis (taskforcesh/bullmq#4656), and pg would wait forever for a
 * PostgreSQL that does not answer.
 */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Resolves when `closing` has resolved. If `closing` takes more than three seconds, calls `force` and resolves.
 * Remaining work then ends with the process. BullMQ gives an active job to another worker after the lock of the job has
 * expired.
 */
export async function closeWithTimeout(closing: Promise<void>, force: () => void = () => undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), CLOSE_TIMEOUT_MS);
  });
  try {
    if ((await Promise.race([closing, late])) === 'late') force();
  } finally {
    clearTimeout(timer);
  }
}
