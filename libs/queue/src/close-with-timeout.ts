/**
 * How long queue and worker may take to close, in milliseconds. A slice lasts a fraction of a second; BullMQ waits for ever
 * for a Redis that is away (taskforcesh/bullmq#4656), and pg for a PostgreSQL that stands still.
 */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Resolves when `closing` has, and otherwise after three seconds, having called `force`. What is left over ends with the
 * process; a job that was still active is given to another worker when its lock has expired.
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
