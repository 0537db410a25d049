import { Statement } from '../query/columns.js';

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
SELECT destination_id, seq::float8 AS seq, open_until, open_count, failing_since, limit_share
FROM destination_states WHERE seq > $seen ORDER BY seq`,
);

/** Row of {@link CHANGED_STATES}. */
export interface StateRow {
  readonly destination_id: string;
  readonly seq: number;
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
