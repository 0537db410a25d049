/**
 * Acquires the lease of a task, unless another holder has it. Returns one row if the lease was acquired. $1 task, $2
 * holder, $3 duration in ms
 */
export const ACQUIRE_LEASE = `
INSERT INTO leases AS l (task, holder, until)
VALUES ($1, $2::uuid, clock_timestamp() + $3::float8 * interval '1 ms')
ON CONFLICT (task) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE l.until < clock_timestamp()
RETURNING task`;

/**
 * Renews a lease and returns one row. Returns no row if another holder has acquired the lease meanwhile. A
 * holder can also renew an expired lease if no other holder has acquired it. $1 task, $2 holder, $3 duration in ms
 */
export const RENEW_LEASE = `
WITH renewed AS (
  UPDATE leases SET until = clock_timestamp() + $3::float8 * interval '1 ms'
  WHERE task = $1 AND holder = $2::uuid
  RETURNING task
)
SELECT task FROM renewed`;

/**
 * Acquires or renews the lease of a task, unless another holder has it. Returns one row if the holder has the lease. $1
 * task, $2 holder, $3 duration in ms
 */
export const HOLD_LEASE = `
INSERT INTO leases AS l (task, holder, until)
VALUES ($1, $2::uuid, clock_timestamp() + $3::float8 * interval '1 ms')
ON CONFLICT (task) DO UPDATE SET until = excluded.until, holder = excluded.holder
  WHERE l.holder = excluded.holder OR l.until < clock_timestamp()
RETURNING task`;

/** Releases a lease. $1 task, $2 holder */
export const RELEASE_LEASE = 'DELETE FROM leases WHERE task = $1 AND holder = $2::uuid';
