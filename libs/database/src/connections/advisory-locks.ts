/** First key of every advisory lock of the hub; the second says what for. */
const NAMESPACE = 0x7061_7463;

/** What one process at a time may do in a database. SQL arguments for `pg_advisory_lock` and its kin. */
export const ADVISORY_LOCKS = {
  migrate: `${NAMESPACE}, 1`,
  configuration: `${NAMESPACE}, 2`,
  partitions: `${NAMESPACE}, 3`,
  partitionMaintenance: `${NAMESPACE}, 4`,
  masterKey: `${NAMESPACE}, 5`,
} as const;
