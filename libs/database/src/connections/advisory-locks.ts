/** First key of the advisory locks of the hub's tasks. The second key identifies the task. */
const NAMESPACE = 0x7061_7463;

/**
 * Tasks that only one process at a time may run. The values are arguments for `pg_advisory_xact_lock` and related
 * functions. Only migrations hold a lock for a whole session; see `migration-lock.ts`.
 */
export const ADVISORY_LOCKS = {
  migrate: `${NAMESPACE}, 1`,
  configuration: `${NAMESPACE}, 2`,
  partitions: `${NAMESPACE}, 3`,
  masterKey: `${NAMESPACE}, 5`,
  series: `${NAMESPACE}, 6`,
  uploads: `${NAMESPACE}, 7`,
} as const;

/** First key of the advisory locks of brands. The second key is the hash of the brand's name. */
export const BRAND_LOCKS = 0x7061_7464;
