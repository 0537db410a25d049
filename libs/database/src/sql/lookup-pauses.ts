import { LOOKUP_PAUSED, MAX_HELD_COUNT } from '@patchbay/core';
import { Statement } from '../query/columns.js';

/** SQL condition of deliveries that wait for a paused lookup. The same condition limits their index. */
export const WAITS_FOR_LOOKUP = `reason LIKE '${LOOKUP_PAUSED}%'`;

/** Makes deliveries due that wait for a lookup, in batches. Deliveries in flight are left for the next call. */
export const RELEASE_HELD = new Statement(
  undefined,
  { brand: 'uuid', reason: 'text', limit: 'int' },
  `
UPDATE deliveries_waiting d SET due_at = clock_timestamp(), reason = NULL
WHERE d.id = ANY (ARRAY(
  SELECT w.id FROM deliveries_waiting w
  WHERE w.brand_id = $brand AND w.reason = $reason AND w.${WAITS_FOR_LOOKUP} AND w.lease_token IS NULL
  LIMIT $limit FOR UPDATE SKIP LOCKED
))
RETURNING d.destination_id`,
);

/** Lookups that were resumed, and whether all processes know about it. */
export const RESUMED_LOOKUPS = new Statement(
  undefined,
  {},
  `
SELECT brand_id, lookup, resumed_at < clock_timestamp() - interval '1 min' AS is_over
FROM lookup_pauses WHERE resumed_at IS NOT NULL`,
);

/** Deletes the row of a resumed lookup, unless the lookup was paused again. */
export const DELETE_RESUMED = new Statement(
  undefined,
  { brand: 'uuid', lookup: 'text' },
  `
DELETE FROM lookup_pauses
WHERE brand_id = $brand AND lookup = $lookup AND resumed_at < clock_timestamp() - interval '1 min'`,
);

/** Counts the deliveries of a brand that wait for paused lookups, by stored reason. */
export const HELD_COUNTS = new Statement(
  undefined,
  { brand: 'uuid' },
  `
SELECT p.lookup, (
  SELECT count(*)::int FROM (
    SELECT FROM deliveries_waiting w
    WHERE w.brand_id = p.brand_id AND w.reason = '${LOOKUP_PAUSED}' || p.lookup AND w.${WAITS_FOR_LOOKUP}
    LIMIT ${MAX_HELD_COUNT + 1}
  ) held
) AS count
FROM lookup_pauses p WHERE p.brand_id = $brand AND p.resumed_at IS NULL`,
);

/** Returns the events of some deliveries that wait for a lookup. */
export const HELD_EVENTS = new Statement(
  undefined,
  { brand: 'uuid', reason: 'text', limit: 'int' },
  `
SELECT w.event_id FROM deliveries_waiting w
WHERE w.brand_id = $brand AND w.reason = $reason AND w.${WAITS_FOR_LOOKUP}
LIMIT $limit`,
);
