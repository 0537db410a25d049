import type { PausedBy } from '@patchbay/core';
import { Statement } from '../query/columns.js';

/** Columns of {@link PauseRow}, from the alias `state`. */
const PAUSE = `
  state.paused, state.paused_by, state.paused_by_name, state.paused_reason, state.paused_at, state.paused_until,
  state.pause_seq::float8 AS pause_seq`;

/**
 * Builds the SQL condition that the state of a destination allows deliveries: the destination is not paused, and its
 * circuit breaker is not open.
 * @param state alias of `destination_states`
 * @param now SQL of the current time
 */
export const allowsDeliveries = (state: string, now: string): string =>
  `NOT ${state}.paused AND (${state}.open_until IS NULL OR ${state}.open_until <= ${now})`;

/**
 * CTE that takes the number of a change of the states in the CTE `locked`. The row of the counter stays locked until the
 * commit, so that changes commit in the order of their numbers. A reader that reads the states above the highest number
 * that it has seen misses none. The count makes the statement lock all states before the counter. Otherwise two changes
 * could block each other.
 */
const NEXT_SEQ = `next AS (
  UPDATE destination_state_counter SET last_seq = last_seq + 1
  WHERE (SELECT count(*) FROM locked) > 0 RETURNING last_seq AS seq
)`;

/** Reads the states of destinations that changed after `seen`, in the order of the changes. */
export const CHANGED_STATES = new Statement(
  'changed-states',
  { seen: 'bigint' },
  `
SELECT destination_id, seq::float8 AS seq, CASE WHEN paused THEN pause_seq::float8 END AS pause_seq, open_until,
  open_count, failing_since, limit_share
FROM destination_states WHERE seq > $seen ORDER BY seq`,
);

/** Row of {@link CHANGED_STATES}. */
export interface StateRow {
  readonly destination_id: string;
  readonly seq: number;
  /** Null if the destination is not paused. */
  readonly pause_seq: number | null;
  /** Null if the breaker never opened, or was reset. */
  readonly open_until: Date | null;
  readonly open_count: number;
  readonly failing_since: Date | null;
  readonly limit_share: number;
}

/**
 * Stores circuit breakers. Of the stored and the new open period, the later end applies. A null `open_until` resets the
 * breaker. The breaker of a paused destination does not change, so that a resumed destination starts as healthy. Times
 * are in milliseconds since the epoch.
 */
export const SET_BREAKERS = new Statement(
  undefined,
  {
    changes: {
      destination_id: 'uuid',
      open_until: 'float8',
      open_count: 'int',
      failing_since: 'float8',
      limit_share: 'real',
    },
  },
  `
WITH locked AS MATERIALIZED (
  SELECT state.destination_id FROM destination_states state
  WHERE state.destination_id = ANY ($changes.destination_id) AND NOT state.paused
  ORDER BY state.destination_id FOR UPDATE
), ${NEXT_SEQ}
UPDATE destination_states state
SET
  open_until = CASE WHEN t.open_until IS NOT NULL THEN greatest(state.open_until, to_timestamp(t.open_until / 1000)) END,
  open_count = t.open_count, failing_since = to_timestamp(t.failing_since / 1000), limit_share = t.limit_share,
  seq = next.seq
FROM $changes AS t CROSS JOIN next
WHERE state.destination_id = t.destination_id
  AND state.destination_id = ANY (ARRAY(SELECT destination_id FROM locked))`,
);

/**
 * Resets the circuit breakers of destinations, so that they start as healthy. Writes nothing for a destination whose
 * breaker never opened. $1 destinations
 */
export const RESET_BREAKERS = `
WITH locked AS MATERIALIZED (
  SELECT state.destination_id FROM destination_states state
  WHERE state.destination_id = ANY ($1::uuid[]) AND state.open_until IS NOT NULL
  ORDER BY state.destination_id FOR UPDATE
), ${NEXT_SEQ}
UPDATE destination_states state
SET open_until = NULL, open_count = 0, failing_since = NULL, limit_share = 1, seq = next.seq
FROM next WHERE state.destination_id = ANY (ARRAY(SELECT destination_id FROM locked))`;

/** Locks a destination against other pauses and changes, and returns its name with its brand's. $1 destination */
export const LOCK_DESTINATION = `
SELECT b.name || '/' || d.name AS name, d.brand_id, d.version
FROM destinations d JOIN brands b ON b.id = d.brand_id
WHERE d.id = $1::uuid AND d.deleted_at IS NULL FOR NO KEY UPDATE OF d`;

/** Locks the state of a destination, after the destination itself, and returns its pause. $1 destination */
export const LOCK_PAUSE = `
SELECT ${PAUSE}, clock_timestamp() AS now FROM destination_states state WHERE destination_id = $1::uuid FOR UPDATE`;

/** Returns a destination that is not deleted, with its pause, without locks. $1 destination */
export const DESTINATION_WITH_PAUSE = `
SELECT d.brand_id, d.version, ${PAUSE} FROM destinations d JOIN destination_states state ON state.destination_id = d.id
WHERE d.id = $1::uuid AND d.deleted_at IS NULL`;

/** Returns the pauses of destinations that are paused. $1 destinations */
export const PAUSES = `
SELECT destination_id, ${PAUSE} FROM destination_states state WHERE destination_id = ANY ($1::uuid[]) AND paused`;

/** Returns the destinations whose pause has ended by the clock of PostgreSQL. */
export const DUE_PAUSES = new Statement(
  'due-pauses',
  {},
  `
SELECT state.destination_id AS id FROM destination_states state JOIN destinations d ON d.id = state.destination_id
WHERE state.paused_until <= clock_timestamp() AND state.paused AND d.deleted_at IS NULL`,
);

/**
 * Writes a pause or a resumption. Only a change that other processes must see takes a number and resets the circuit
 * breaker; another reason for the same pause does not. $1 destination, $2 true if other processes must see the change, $3
 * paused, $4 by, $5 name of the key, $6 reason, $7 start, $8 end
 */
export const WRITE_PAUSE = `
WITH next AS (
  UPDATE destination_state_counter SET last_seq = last_seq + 1 WHERE $2::boolean RETURNING last_seq AS seq
)
UPDATE destination_states
SET
  paused = $3::boolean, paused_by = $4::text, paused_by_name = $5::text, paused_reason = $6::text,
  paused_at = $7::timestamptz, paused_until = $8::timestamptz,
  open_until = CASE WHEN NOT $2::boolean THEN open_until END,
  open_count = CASE WHEN $2::boolean THEN 0 ELSE open_count END,
  failing_since = CASE WHEN NOT $2::boolean THEN failing_since END,
  limit_share = CASE WHEN $2::boolean THEN 1 ELSE limit_share END,
  pause_seq = coalesce((SELECT seq FROM next), pause_seq), seq = coalesce((SELECT seq FROM next), seq)
WHERE destination_id = $1::uuid
RETURNING pause_seq::float8 AS pause_seq`;

/** Row of a destination's pause. */
export interface PauseRow {
  readonly paused: boolean;
  readonly paused_by: PausedBy | null;
  readonly paused_by_name: string | null;
  readonly paused_reason: string | null;
  readonly paused_at: Date | null;
  readonly paused_until: Date | null;
  /** Number of the last pause or resumption; 0 if there was none. */
  readonly pause_seq: number;
}
