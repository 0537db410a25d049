/** Creates the function that derives an id from a time in milliseconds and a text that makes the id distinct. */
export const ID_AT = `
CREATE FUNCTION pg_temp.id_at(ms float8, salt text) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
  SELECT (left(t, 8) || '-' || right(t, 4) || '-7' || left(h, 3) || '-8' || substr(h, 4, 3) || '-' || right(h, 12))::uuid
  FROM (SELECT lpad(to_hex(ms::bigint), 12, '0') AS t, md5(salt) AS h) x
$$`;

/** Creates the function that derives a dedupe key as `dedupeKey` does. */
export const DEDUPE_KEY = `
CREATE FUNCTION pg_temp.dedupe_key(source_id uuid, type text, id text) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
  SELECT (
    left(encode(sha256(convert_to(source_id || ':' || id, 'UTF8')), 'hex'), 12)
    || substr(encode(sha256(convert_to('["' || source_id || '",null,"' || type || '","' || id || '"]', 'UTF8')), 'hex'), 13, 20)
  )::uuid
$$`;

/** Creates the function that makes the partitions of a UTC day, given as days since the epoch, as the hub makes them. */
export const MAKE_DAY = `
CREATE FUNCTION pg_temp.make_day(day int, retention_days int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['events', 'event_customers', 'deliveries_ended', 'attempts'] LOOP
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L) %s',
      format('%s_d%s_%s', name, retention_days, to_char(DATE 'epoch' + day, 'YYYYMMDD')),
      format('%s_d%s', name, retention_days),
      pg_temp.lowest_id(day), pg_temp.lowest_id(day + 1),
      CASE WHEN name = 'deliveries_ended' THEN 'WITH (fillfactor = 85)' END
    );
  END LOOP;
END $$`;

/** Creates the function that returns the lowest id of a UTC day, given as days since the epoch. */
export const LOWEST_ID = `
CREATE FUNCTION pg_temp.lowest_id(day int) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
  SELECT (left(t, 8) || '-' || right(t, 4) || '-0000-0000-000000000000')::uuid
  FROM lpad(to_hex(day::bigint * 86400000), 12, '0') AS t
$$`;

/**
 * Events of one brand and day, as rows `r`. One event in a thousand has the type `customerAdded`. Only old days have
 * events of the type `tierChanged`, one per day. One event in two hundred is of the customer `vip`.
 * $1 name of the brand, $2 retention in days, $3 start of the day in milliseconds, $4 number of events, $5 milliseconds
 * between two events, $6 number of days before now
 */
const EVENTS_OF_DAY = `
WITH given AS (
  SELECT $1::text AS brand, $2::smallint AS retention_days, $3::float8 AS start, $4::int AS count, $5::float8 AS step,
    $6::int AS day
), r AS (
  SELECT n, day, given.retention_days, b.id AS brand_id, s.id AS source_id, to_timestamp((start + n * step) / 1000) AS at,
    start + n * step AS ms, pg_temp.id_at(start + n * step, brand || n || 'event') AS event_id,
    CASE WHEN n % 200 = 0 THEN 'vip' ELSE 'c-' || (n::bigint * 7919 + day * 13) % 50000 END AS customer_id,
    CASE WHEN n = 1 AND day > 20 THEN 'tierChanged' WHEN n % 1000 = 0 THEN 'customerAdded'
      WHEN n % 3 = 0 THEN 'transactionAdded' ELSE 'pointsIssued' END AS type
  FROM given JOIN brands b ON b.name = brand JOIN sources s ON s.brand_id = b.id AND s.name = 'shop',
    LATERAL generate_series(1, count) n
)`;

/** Deliveries of {@link EVENTS_OF_DAY}, one per subscription, as rows `d`. Only deliveries of the last two days wait. */
const DELIVERIES_OF_DAY = `${EVENTS_OF_DAY}, d AS (
  SELECT r.*, s.id AS subscription_id, v.id AS version_id, v.destination_id,
    pg_temp.id_at(r.ms, s.id || ':' || r.n) AS id,
    CASE WHEN r.day < 2 AND r.n % 50 = 9 THEN 'scheduled'
      WHEN s.name = 'crm' THEN
        CASE WHEN r.n % 100 = 1 THEN 'dead' WHEN r.n % 500 = 3 THEN 'unconfirmed' WHEN r.n % 1000 = 5 THEN 'cancelled'
          ELSE 'succeeded' END
      ELSE
        CASE WHEN r.n % 10 = 2 THEN 'suppressed' WHEN r.n % 200 = 7 THEN 'merged' WHEN r.n % 300 = 11 THEN 'superseded'
          WHEN r.n % 250 = 13 THEN 'dead' ELSE 'succeeded' END
    END AS state
  FROM r
  JOIN subscriptions s ON s.brand_id = r.brand_id
  JOIN subscription_versions v ON v.subscription_id = s.id AND v.to_revision IS NULL
)`;

const REQUEST = `'POST https://receiver.example/'`;
const RESPONSE = `'{"status":200,"body":"stored"}'`;
const ATTEMPTED = `d.state IN ('succeeded', 'dead', 'unconfirmed')`;
const FAILED = `d.state IN ('dead', 'unconfirmed')`;
const VENDOR_CODE = `CASE WHEN d.state = 'dead' THEN CASE WHEN d.n % 3 = 0 THEN '21211' ELSE '20003' END END`;
const VENDOR_STATUS = `CASE WHEN d.state = 'succeeded' THEN
  CASE WHEN d.n % 200 = 21 THEN 'undelivered' WHEN d.n % 50 <> 33 THEN 'delivered' END END`;

/** Statements that insert the rows of one brand and day. */
export const FILL_STATEMENTS: readonly string[] = [
  `${EVENTS_OF_DAY}
  INSERT INTO ingest_keys (key, event_id)
  SELECT pg_temp.dedupe_key(r.source_id, r.type, 'e-' || r.day || '-' || r.n), r.event_id FROM r`,
  `${EVENTS_OF_DAY}
  INSERT INTO events (
    id, retention_days, brand_id, source_id, config_revision, type, source_event_id, customer_id, occurred_at,
    received_at, attributes, data, quarantine_reason
  )
  SELECT r.event_id, r.retention_days, r.brand_id, r.source_id, (SELECT revision FROM configuration), r.type,
    'e-' || r.day || '-' || r.n, r.customer_id, r.at, r.at, '{}',
    json_build_object('points', r.n % 300, 'text', repeat('An invented purchase. ', 20)),
    CASE WHEN r.n % 5000 = 17 THEN 'not JSON' END
  FROM r`,
  `${DELIVERIES_OF_DAY}
  INSERT INTO deliveries (
    id, waiting, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
    event_type, customer_id, state, reason, counted_attempts, attempts, error_kind, vendor_code, vendor_status, external_id,
    due_at, created_at, ended_at, first_attempt_at, first_attempt_ms, first_attempt_request, first_attempt_response
  )
  SELECT d.id, d.state = 'scheduled', d.retention_days, d.brand_id, d.event_id, d.subscription_id, d.version_id,
    d.destination_id, d.type, d.customer_id, d.state, CASE WHEN d.state = 'suppressed' THEN 'consent' END,
    (${ATTEMPTED})::int, (${ATTEMPTED})::int, CASE WHEN ${FAILED} THEN 'rejected' END, ${VENDOR_CODE},
    ${VENDOR_STATUS}, CASE WHEN d.state = 'succeeded' THEN 'ext-' || d.id END,
    CASE WHEN d.state = 'scheduled' THEN now() + interval '30 days' END, d.at,
    CASE WHEN d.state <> 'scheduled' THEN d.at END, CASE WHEN d.state = 'succeeded' THEN d.at END,
    CASE WHEN d.state = 'succeeded' THEN 120 END, CASE WHEN d.state = 'succeeded' THEN ${REQUEST} END,
    CASE WHEN d.state = 'succeeded' THEN ${RESPONSE}::json END
  FROM d`,
  `${DELIVERIES_OF_DAY}
  INSERT INTO undelivered_deliveries (destination_id, vendor_status, delivery_id, expires_at)
  SELECT d.destination_id, 'undelivered', d.id, d.at + interval '31 days' FROM d WHERE ${VENDOR_STATUS} = 'undelivered'`,
  `${DELIVERIES_OF_DAY}
  INSERT INTO attempts (
    delivery_id, retention_days, number, started_at, duration_ms, outcome, message, vendor_code, request, response
  )
  SELECT d.id, d.retention_days, 1, d.at, 120, 'rejected', 'not a phone number', ${VENDOR_CODE}, ${REQUEST}, ${RESPONSE}
  FROM d WHERE ${FAILED}`,
];

/** Inserts counts for the charts: hours of 62 days and minutes of the last day, per brand and destination. */
export const FILL_SERIES = `
INSERT INTO series_counts (
  brand_id, step, at, destination_id, accepted, quarantined, delivered, failed, waiting, not_sent, merged
)
SELECT o.brand_id, t.step, t.at, o.destination_id, 100, 1, 90, 5, 2, 2, 1
FROM (
  SELECT id AS brand_id, '00000000-0000-0000-0000-000000000000'::uuid AS destination_id FROM brands
  UNION ALL SELECT brand_id, id FROM destinations
) o, (
  SELECT 'hour' AS step, generate_series(date_trunc('hour', now(), 'UTC') - interval '62 days', now(), '1 hour') AS at
  UNION ALL
  SELECT 'minute', generate_series(date_trunc('minute', now(), 'UTC') - interval '1 day', now(), '1 minute')
) t
ON CONFLICT DO NOTHING`;

/** Marks all minutes as counted, so that the hub does not count during the measurement. */
export const MARK_COUNTED = `
INSERT INTO series_minutes (at, counted_at)
SELECT generate_series(date_trunc('minute', now(), 'UTC') - interval '8 days', now(), '1 minute'), now()
ON CONFLICT (at) DO UPDATE SET counted_at = now(), count_at = NULL`;
