/** First key of every advisory lock of the hub. The second key identifies the task. */
const NAMESPACE = 0x7061_7463;

/**
 * Tasks that only one process at a time may run. The values are arguments for `pg_advisory_lock` and related functions.
 */
export const ADVISORY_LOCKS = {
  migrate: `${NAMESPACE}, 1`,
  configuration: `${NAMESPACE}, 2`,
  partitions: `${NAMESPACE}, 3`,
  partitionMaintenance: `${NAMESPACE}, 4`,
  masterKey: `${NAMESPACE}, 5`,
  series: `${NAMESPACE}, 6`,
} as const;
