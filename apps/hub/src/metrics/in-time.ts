/** Maximum time that a scrape waits for a value, in milliseconds. Two waits are shorter than the limit of Prometheus. */
const LIMIT_MS = 3_000;

/** Returns the result of a promise. Undefined if it takes longer than 3 seconds. Rejects if the promise rejects before. */
export async function inTime<T>(result: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), LIMIT_MS)));
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
