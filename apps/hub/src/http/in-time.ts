/**
 * Returns the result of a promise that an HTTP answer needs. Undefined if it takes longer than the limit. Rejects if the
 * promise rejects before.
 * @param limitMs in milliseconds
 */
export async function inTime<T>(result: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), limitMs)));
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
