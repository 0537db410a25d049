/**
 * Returns the number of seconds until a backlog is empty if the destination goes on at its present rate. Null if it does
 * not get smaller.
 */
export function secondsToEmpty(waiting: number, endedPerSecond: number, createdPerSecond: number): number | null {
  const rate = endedPerSecond - createdPerSecond;
  return waiting === 0 || rate <= 0.01 ? null : Math.ceil(waiting / rate);
}
