import { Statement } from '../query/columns.js';

/** Parameters of the statements for cap slots. The period `perMs` and the time `now` are in milliseconds. */
const SLOT = { key: 'uuid', delivery: 'uuid', max: 'int', perMs: 'float8', now: 'float8', freed: 'uuid[]' };

/** Builds a query of the slots under a cap's key that other deliveries hold in the period, as rows (id, at). */
const OTHERS = (row: string): string => `
  SELECT s.id, s.at FROM unnest(${row}.delivery_ids, ${row}.taken_at) AS s (id, at)
  WHERE s.at > to_timestamp($now / 1000) - $perMs * interval '1 ms'
    AND s.id <> $delivery AND (s.id <> ALL ($freed) OR s.at > to_timestamp($now / 1000))`;

/**
 * Takes a slot of a cap if other deliveries hold fewer slots than the maximum. Returns a row if the slot was taken.
 * Concurrent statements wait for each other on the row of the cap's key. `freed` are deliveries whose slots are freed,
 * except slots taken after `now`: such a delivery was redelivered after it had ended.
 */
export const TAKE_SLOT = new Statement(
  'take-slot',
  SLOT,
  `
INSERT INTO message_caps AS c (key, delivery_ids, taken_at, expires_at)
SELECT
  $key, ARRAY[$delivery], ARRAY[to_timestamp($now / 1000)],
  to_timestamp($now / 1000) + $perMs * interval '1 ms'
WHERE $max > 0
ON CONFLICT (key) DO UPDATE SET
  delivery_ids = ARRAY(SELECT o.id FROM (${OTHERS('c')}) o ORDER BY o.at, o.id) || excluded.delivery_ids,
  taken_at = ARRAY(SELECT o.at FROM (${OTHERS('c')}) o ORDER BY o.at, o.id) || excluded.taken_at,
  expires_at = greatest(c.expires_at, excluded.expires_at)
WHERE (SELECT count(*) FROM (${OTHERS('c')}) o) < $max
RETURNING c.key`,
);

/**
 * Returns the other deliveries that hold slots under a cap's key. Takes the parameters of `TAKE_SLOT`; `max` has no
 * effect.
 */
export const SLOT_HOLDERS = new Statement(
  'slot-holders',
  SLOT,
  `
SELECT o.id FROM message_caps c CROSS JOIN LATERAL (${OTHERS('c')}) o WHERE c.key = $key AND $max >= 0`,
);
