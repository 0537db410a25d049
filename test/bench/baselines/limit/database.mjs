import pg from 'pg';
import { settings } from '../support.mjs';

export const SCHEMA = `
  CREATE TABLE events (id uuid PRIMARY KEY, brand text NOT NULL, type text NOT NULL, payload json NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE deliveries (id uuid PRIMARY KEY, event_id uuid NOT NULL, destination text NOT NULL,
    state smallint NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 0, due_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz, lease_token uuid);
  CREATE INDEX ON deliveries (destination, due_at) WHERE state = 0;
  CREATE INDEX ON deliveries (lease_until) WHERE state = 1;
  CREATE TABLE attempts (id bigserial PRIMARY KEY, delivery_id uuid NOT NULL, number int NOT NULL, status int NOT NULL,
    duration_ms real NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON attempts (delivery_id);
`;

/** Stores the events of one group of calls, with the deliveries of these events, in one commit. */
export const STORE_GROUP = `
  WITH event AS (
    INSERT INTO events (id, brand, type, payload)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::json[]))
  INSERT INTO deliveries (id, event_id, destination) SELECT * FROM unnest($5::uuid[], $6::uuid[], $7::text[])`;

/**
 * Claims due deliveries of several destinations with their events. The subquery returns an array, so that PostgreSQL
 * runs it once. With a join, PostgreSQL would run the subquery again for rows that changed meanwhile, and claim more
 * deliveries than requested.
 */
export const CLAIM = `
  UPDATE deliveries d
  SET state = 1, lease_until = now() + interval '60 s', lease_token = $1::uuid, attempts = d.attempts + 1
  FROM events e
  WHERE d.id = ANY (ARRAY(
      SELECT due.id FROM unnest($2::text[], $3::int[]) AS wanted (destination, n)
      CROSS JOIN LATERAL (
        SELECT id FROM deliveries
        WHERE destination = wanted.destination AND state = 0 AND due_at <= now()
        ORDER BY due_at LIMIT wanted.n FOR UPDATE SKIP LOCKED) AS due))
    AND e.id = d.event_id
  RETURNING d.id, d.destination, d.attempts, d.lease_token, e.payload`;

/** Records outcomes of deliveries. An outcome is recorded only if the delivery still has the token of its claim. */
export const WRITE_OUTCOMES = `
  WITH outcome AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::real[])
      AS t (id, token, number, status, duration_ms)),
  written AS (
    UPDATE deliveries d
    SET state = CASE WHEN o.status < 300 THEN 2 ELSE 0 END, lease_until = NULL,
      due_at = CASE WHEN o.status < 300 THEN d.due_at ELSE now() + interval '5 s' END
    FROM outcome o WHERE d.id = o.id AND d.lease_token = o.token
    RETURNING o.id, o.number, o.status, o.duration_ms)
  INSERT INTO attempts (delivery_id, number, status, duration_ms) SELECT * FROM written`;

/**
 * Opens a connection pool whose query plans use indexes. Plans that are cached while the tables are empty would
 * otherwise use sequential scans.
 */
export function openPool() {
  return new pg.Pool({
    connectionString: settings.databaseUrl,
    max: 10,
    options: '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off',
  });
}
