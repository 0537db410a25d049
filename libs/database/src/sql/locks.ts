import { Statement } from '../query/columns.js';

const LOCKS = { key: 'uuid', token: 'uuid' };

/**
 * Acquires locks and returns the tokens of the acquired locks. The keys are unique and sorted, so that concurrent
 * statements cannot deadlock.
 */
export const ACQUIRE_LOCKS = new Statement(
  'acquire-locks',
  { locks: LOCKS, leaseMs: 'float8' },
  `
INSERT INTO locks (key, token, until)
SELECT t.key, t.token, clock_timestamp() + $leaseMs * interval '1 ms'
FROM $locks AS t
ORDER BY t.key
ON CONFLICT (key) DO UPDATE SET token = excluded.token, until = excluded.until
  WHERE locks.until < clock_timestamp()
RETURNING token`,
);

/**
 * Renews locks and returns the tokens of the locks that were still held. An expired lock that nobody else has acquired
 * counts as held.
 */
export const RENEW_LOCKS = new Statement(
  'renew-locks',
  { locks: LOCKS, leaseMs: 'float8' },
  `
UPDATE locks l SET until = clock_timestamp() + $leaseMs * interval '1 ms'
FROM $locks AS t
WHERE l.key = t.key AND l.token = t.token
RETURNING l.token`,
);

/** Releases locks. */
export const RELEASE_LOCKS = new Statement(
  'release-locks',
  { locks: LOCKS },
  `
DELETE FROM locks l USING $locks AS t
WHERE l.key = t.key AND l.token = t.token
RETURNING l.token`,
);
