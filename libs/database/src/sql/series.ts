import { SERIES_KEPT_DAYS } from '@patchbay/core';
import { NIL_UUID } from '../connections/uuid.js';
import { countOfOutcome } from './outcome-counts.js';
import { ROUTED_SUBSCRIPTIONS } from './queues.js';

/** Destination of the rows that count a brand's events. */
const EVENTS = `'${NIL_UUID}'::uuid`;
const COUNTS = ['accepted', 'quarantined', 'delivered', 'failed', 'waiting', 'not_sent', 'merged'] as const;

/** Inserts counts. An existing row is written only if a count differs, so that a repeated count writes nothing. */
const putCounts = (step: 'minute' | 'hour', at: string, counted: string): string => `
INSERT INTO series_counts AS c (brand_id, step, at, destination_id, ${COUNTS.join(', ')})
SELECT x.brand_id, '${step}', ${at}, x.destination_id, ${COUNTS.map((name) => `x.${name}`).join(', ')}
FROM (${counted}) x
ON CONFLICT (brand_id, step, at, destination_id) DO UPDATE
SET ${COUNTS.map((name) => `${name} = excluded.${name}`).join(', ')}
WHERE (${COUNTS.map((name) => `c.${name}`).join(', ')})
  IS DISTINCT FROM (${COUNTS.map((name) => `excluded.${name}`).join(', ')})`;

/**
 * Adds the minutes up to now that are missing, at most 7 days of them. If the clock was ahead for a while, minutes after
 * now exist, and they have been counted before their events existed. Such a minute is counted again when it begins.
 */
export const ADD_MINUTES = `
INSERT INTO series_minutes AS m (at, count_at)
SELECT x.at, now()
FROM generate_series(
  greatest(
    coalesce((SELECT max(s.at) FROM series_minutes s WHERE s.at <= now()), '-infinity'),
    date_trunc('minute', now(), 'UTC') - interval '7 days'
  ),
  now(), interval '1 minute'
) x (at)
ON CONFLICT (at) DO UPDATE SET count_at = excluded.count_at WHERE m.counted_at > now()`;

/**
 * Returns the newest due minutes, in milliseconds since the epoch, and the present time. The due minutes are selected
 * first, because an index in the order of time would read all minutes if few are due. Minutes about to be deleted are
 * not counted, because their hour would then be the sum of its remaining minutes. $1 maximum number
 */
export const DUE_MINUTES = `
WITH due AS MATERIALIZED (
  SELECT s.at FROM series_minutes s WHERE s.count_at <= now()
  AND s.at > now() - interval '${SERIES_KEPT_DAYS.minute} days' + interval '12 hours'
)
SELECT (extract(epoch FROM due.at) * 1000)::float8 AS at, (extract(epoch FROM now()) * 1000)::float8 AS now
FROM due ORDER BY due.at DESC LIMIT $1::int`;

/**
 * Counts what was created in a minute: events per brand and deliveries per destination. Ids contain the time of their
 * creation. Undecided deliveries are counted under the id of their subscription, until a destination is chosen. $1 lowest id of the minute, $2 lowest id after it, $3 the minute in milliseconds since the epoch
 */
export const COUNT_MINUTE = putCounts(
  'minute',
  'to_timestamp($3::float8 / 1000)',
  `
  SELECT d.brand_id, d.destination_id, 0 AS accepted, 0 AS quarantined,
    ${countOfOutcome('delivered')} AS delivered,
    ${countOfOutcome('failed')} AS failed,
    ${countOfOutcome('waiting')} AS waiting,
    ${countOfOutcome('notSent')} AS not_sent,
    ${countOfOutcome('merged')} AS merged
  FROM deliveries d WHERE d.id >= $1::uuid AND d.id < $2::uuid GROUP BY d.brand_id, d.destination_id
  UNION ALL
  SELECT c.brand_id, c.destination_id, 0, 0, 0, 0, 0, 0, 0 FROM series_counts c
  WHERE c.step = 'minute' AND c.at = to_timestamp($3::float8 / 1000) AND c.waiting > 0
    AND c.destination_id = ANY (ARRAY(${ROUTED_SUBSCRIPTIONS}))
    AND NOT EXISTS (
      SELECT FROM deliveries d WHERE d.destination_id = c.destination_id AND d.id >= $1::uuid AND d.id < $2::uuid
    )
  UNION ALL
  SELECT b.id, ${EVENTS}, e.accepted, e.quarantined, 0, 0, 0, 0, 0
  FROM brands b CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE e.quarantine_reason IS NULL)::int AS accepted,
      count(*) FILTER (WHERE e.quarantine_reason IS NOT NULL)::int AS quarantined
    FROM events e WHERE e.brand_id = b.id AND e.id >= $1::uuid AND e.id < $2::uuid
  ) e
  WHERE b.deleted_at IS NULL AND e.accepted + e.quarantined > 0`,
);

/** Returns true if deliveries of a minute wait. $1 the minute in milliseconds since the epoch */
export const HAS_WAITING = `
SELECT EXISTS (
  SELECT FROM series_counts c WHERE c.step = 'minute' AND c.at = to_timestamp($1::float8 / 1000) AND c.waiting > 0
) AS waiting`;

/** Records the count of a minute. $1 the minute, $2 the next count or NULL, both in milliseconds since the epoch */
export const RECORD_COUNT = `
UPDATE series_minutes SET counted_at = now(), count_at = to_timestamp($2::float8 / 1000)
WHERE at = to_timestamp($1::float8 / 1000)`;

/** Sums the minutes of an hour. $1 the hour in milliseconds since the epoch */
export const SUM_HOUR = putCounts(
  'hour',
  'to_timestamp($1::float8 / 1000)',
  `
  SELECT m.brand_id, m.destination_id, ${COUNTS.map((name) => `sum(m.${name})::int AS ${name}`).join(', ')}
  FROM series_counts m
  WHERE m.step = 'minute' AND m.at >= to_timestamp($1::float8 / 1000)
    AND m.at < to_timestamp($1::float8 / 1000) + interval '1 hour'
  GROUP BY m.brand_id, m.destination_id`,
);

/**
 * Reads a series. $1 brand, $2 step, $3 start and $4 end in milliseconds since the epoch, $5 destination or NULL for
 * all destinations
 */
export const READ_SERIES = `
SELECT (extract(epoch FROM c.at) * 1000)::float8 AS at,
  ${COUNTS.map((name) => `sum(c.${name})::int AS ${name}`).join(', ')}
FROM series_counts c
WHERE c.brand_id = $1::uuid AND c.step = $2::text
  AND c.at >= to_timestamp($3::float8 / 1000) AND c.at < to_timestamp($4::float8 / 1000)
  AND ($5::uuid IS NULL OR c.destination_id IN ($5::uuid, ${EVENTS}))
GROUP BY c.at ORDER BY c.at`;

/** Returns the time of the last count of the newest minute, in milliseconds since the epoch. */
export const COUNTED_UNTIL = `
SELECT (extract(epoch FROM least(s.counted_at, s.at + interval '1 minute')) * 1000)::float8 AS at
FROM series_minutes s WHERE s.counted_at IS NOT NULL AND s.at <= now() ORDER BY s.at DESC LIMIT 1`;

/** Tables, keys and conditions of the expired counts, for the housekeeping. */
export const EXPIRED_SERIES: readonly (readonly [table: string, key: string, condition: string])[] = [
  ['series_counts', 'at', `step = 'minute' AND at < now() - interval '${SERIES_KEPT_DAYS.minute} days'`],
  ['series_counts', 'at', `step = 'hour' AND at < now() - interval '${SERIES_KEPT_DAYS.hour} days'`],
  ['series_minutes', 'at', `at < now() - interval '${SERIES_KEPT_DAYS.minute} days'`],
];
