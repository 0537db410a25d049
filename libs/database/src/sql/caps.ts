/** Builds a query of the slots of a key that other deliveries hold in the period, as rows (id, at). */
const OTHERS = (row: string): string => `
  SELECT s.id, s.at FROM unnest(${row}.delivery_ids, ${row}.taken_at) AS s (id, at)
  WHERE s.at > to_timestamp($5::float8 / 1000) - $4::float8 * interval '1 ms'
    AND s.id <> $2::uuid AND s.id <> ALL ($6::uuid[])`;

/**
 * Takes a slot if other deliveries hold fewer slots than the maximum. Returns a row if the slot was taken. Concurrent
 * statements wait for each other on the row of the key. $1 key, $2 delivery, $3 maximum, $4 period in ms, $5 now in ms,
 * $6 deliveries whose slots are freed
 */
export const TAKE_SLOT = `
INSERT INTO message_caps AS c (key, delivery_ids, taken_at, expires_at)
SELECT
  $1::uuid, ARRAY[$2::uuid], ARRAY[to_timestamp($5::float8 / 1000)],
  to_timestamp($5::float8 / 1000) + $4::float8 * interval '1 ms'
WHERE $3::int > 0
ON CONFLICT (key) DO UPDATE SET
  delivery_ids = ARRAY(SELECT o.id FROM (${OTHERS('c')}) o ORDER BY o.at, o.id) || excluded.delivery_ids,
  taken_at = ARRAY(SELECT o.at FROM (${OTHERS('c')}) o ORDER BY o.at, o.id) || excluded.taken_at,
  expires_at = greatest(c.expires_at, excluded.expires_at)
WHERE (SELECT count(*) FROM (${OTHERS('c')}) o) < $3::int
RETURNING c.key`;

/** Other deliveries that hold slots of a key. Takes the parameters of `TAKE_SLOT`; $3 has no effect. */
export const SLOT_HOLDERS = `
SELECT o.id FROM message_caps c CROSS JOIN LATERAL (${OTHERS('c')}) o WHERE c.key = $1::uuid AND $3::int >= 0`;
