/** $1 keys, each once and sorted, so that rivals wait in turn; $2 tokens; $3 lease in ms. Returns those taken. */
export const ACQUIRE_LOCKS = `
INSERT INTO locks (key, token, until)
SELECT t.key, t.token, clock_timestamp() + $3::float8 * interval '1 ms'
FROM unnest($1::uuid[], $2::uuid[]) AS t (key, token)
ORDER BY t.key
ON CONFLICT (key) DO UPDATE SET token = excluded.token, until = excluded.until
  WHERE locks.until < clock_timestamp()
RETURNING token`;

/** $1 keys, $2 tokens, $3 lease in ms. Returns those that were still held, also where their lease had just died. */
export const RENEW_LOCKS = `
UPDATE locks l SET until = clock_timestamp() + $3::float8 * interval '1 ms'
FROM unnest($1::uuid[], $2::uuid[]) AS t (key, token)
WHERE l.key = t.key AND l.token = t.token
RETURNING l.token`;

/** $1 keys, $2 tokens. */
export const RELEASE_LOCKS = `
DELETE FROM locks l USING unnest($1::uuid[], $2::uuid[]) AS t (key, token)
WHERE l.key = t.key AND l.token = t.token
RETURNING l.token`;
