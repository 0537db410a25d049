/**
 * Acquires locks and returns their tokens. The keys are unique and sorted, so that concurrent statements cannot deadlock.
 * $1 keys, $2 tokens, $3 lease in ms
 */
export const ACQUIRE_LOCKS = `
INSERT INTO locks (key, token, until)
SELECT t.key, t.token, clock_timestamp() + $3::float8 * interval '1 ms'
FROM unnest($1::uuid[], $2::uuid[]) AS t (key, token)
ORDER BY t.key
ON CONFLICT (key) DO UPDATE SET token = excluded.token, until = excluded.until
  WHERE locks.until < clock_timestamp()
RETURNING token`;

/**
 * Renews locks and returns the tokens of the locks that were still held. An expired lock that nobody else has acquired counts
 * as held.
 * $1 keys, $2 tokens, $3 lease in ms
 */
export const RENEW_LOCKS = `
UPDATE locks l SET until = clock_timestamp() + $3::float8 * interval '1 ms'
FROM unnest($1::uuid[], $2::uuid[]) AS t (key, token)
WHERE l.key = t.key AND l.token = t.token
RETURNING l.token`;

/** Releases locks. $1 keys, $2 tokens */
export const RELEASE_LOCKS = `
DELETE FROM locks l USING unnest($1::uuid[], $2::uuid[]) AS t (key, token)
WHERE l.key = t.key AND l.token = t.token
RETURNING l.token`;
