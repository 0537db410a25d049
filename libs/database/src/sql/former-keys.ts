import { Statement } from '../query/columns.js';

/** Unique index of {@link commonPart}. Exists for 31 days after the form of the dedupe keys changed. */
export const FORMER_KEYS_INDEX = 'ingest_keys_former_idx';

/** Returns the SQL of the 10 bytes that the former and the present dedupe key of an event have in common. */
export const commonPart = (key: string): string => `substring(uuid_send(${key}) FROM 7)`;

/**
 * Returns the events that were stored with the former dedupe keys of the given keys. Returns no events if the index does
 * not exist, because then all former keys have expired.
 */
export const EVENTS_OF_FORMER_KEYS = new Statement(
  'events-of-former-keys',
  { rows: { key: 'uuid' } },
  `SELECT t.key, former.event_id FROM $rows AS t CROSS JOIN LATERAL (
    SELECT k.event_id FROM ingest_keys k WHERE ${commonPart('k.key')} = ${commonPart('t.key')} LIMIT 1
  ) former
  WHERE to_regclass('${FORMER_KEYS_INDEX}') IS NOT NULL`,
);

/** Returns the time until which the index is needed, in milliseconds since the epoch. Null if the index does not exist. */
export const FORMER_KEYS_UNTIL = `
SELECT obj_description(to_regclass('${FORMER_KEYS_INDEX}'), 'pg_class')::float8 AS until`;

/** Drops the index without blocking other statements. Must not run in a transaction. */
export const DROP_FORMER_KEYS_INDEX = `DROP INDEX CONCURRENTLY IF EXISTS ${FORMER_KEYS_INDEX}`;
