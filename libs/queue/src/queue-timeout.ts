/** Time within which the queue must answer, in milliseconds. */
export const QUEUE_TIMEOUT_MS = 2_000;

/** Resolves with the queue's answer; rejects if there is none within two seconds. */
export async function withQueueTimeout<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(
            `The queue did not answer within ${QUEUE_TIMEOUT_MS} ms. Check that its Redis or PostgreSQL is reachable.`,
          ),
        ),
      QUEUE_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([answer, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
