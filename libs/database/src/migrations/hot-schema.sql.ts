import { DELIVERY_STATES, RETENTION_DAYS } from '@patchbay/core';
import { retentionClassTable, DAILY_TABLES } from '../partitions/daily-partitions.js';

const STATES = DELIVERY_STATES.map((state) => `'${state}'`).join(', ');

/** Storage options of tables whose rows every claim updates: free space on each page, and frequent vacuuming. */
const BUSY_TABLE = `WITH (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
  )`;

/**
 * Statements that create the tables of events, their customers, deliveries and attempts. The tables have no foreign
 * keys, because dropping a day would check each row. The tables have no DEFAULT partition, because its rows would block
 * new partitions. Event data is `json`, because event data may hold NUL and lone surrogates, which `jsonb` refuses.
 */
export const HOT_SCHEMA: readonly string[] = [
  `CREATE TABLE ingest_keys (
    key uuid NOT NULL CONSTRAINT ingest_keys_pkey PRIMARY KEY,
    event_id uuid NOT NULL
  )`,
  `CREATE INDEX ingest_keys_event_idx ON ingest_keys (event_id)`,
  `CREATE TABLE events (
    id uuid NOT NULL,
    retention_days smallint NOT NULL,
    brand_id uuid NOT NULL,
    source_id uuid NOT NULL,
    config_revision bigint NOT NULL,
    type text NOT NULL,
    source_event_id text NOT NULL,
    customer_id text,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    attributes json NOT NULL,
    data json NOT NULL,
    sealed bytea,
    quarantine_reason text,
    CONSTRAINT events_pkey PRIMARY KEY (id, retention_days)
  ) PARTITION BY LIST (retention_days)`,
  `CREATE INDEX events_brand_idx ON events (brand_id, id)`,
  `CREATE INDEX events_type_idx ON events (brand_id, type, id)`,
  `CREATE INDEX events_quarantined_idx ON events (brand_id, id) WHERE quarantine_reason IS NOT NULL`,
  `CREATE TABLE event_customers (
    brand_id uuid NOT NULL,
    customer_id text NOT NULL,
    event_id uuid NOT NULL,
    retention_days smallint NOT NULL,
    CONSTRAINT event_customers_pkey PRIMARY KEY (brand_id, customer_id, event_id, retention_days)
  ) PARTITION BY LIST (retention_days)`,
  `CREATE INDEX event_customers_event_idx ON event_customers (event_id)`,
  `CREATE TABLE deliveries (
    id uuid NOT NULL,
    waiting boolean NOT NULL,
    retention_days smallint NOT NULL,
    brand_id uuid NOT NULL,
    event_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    subscription_version_id uuid NOT NULL,
    destination_id uuid NOT NULL,
    event_type text NOT NULL,
    customer_id text,
    state text NOT NULL CONSTRAINT deliveries_state_check CHECK (state IN (${STATES})),
    reason text,
    charged integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz,
    lease_until timestamptz,
    lease_token uuid,
    sending boolean NOT NULL DEFAULT false,
    error_kind text,
    external_id text,
    downstream_status text,
    downstream_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CONSTRAINT deliveries_waiting_check CHECK (waiting = (state = 'scheduled')),
    CONSTRAINT deliveries_due_check CHECK (NOT waiting OR due_at IS NOT NULL),
    CONSTRAINT deliveries_lease_check CHECK ((lease_token IS NULL) = (lease_until IS NULL))
  ) PARTITION BY LIST (waiting)`,
  `CREATE INDEX deliveries_event_idx ON deliveries (event_id)`,
  `CREATE INDEX deliveries_destination_idx ON deliveries (destination_id, id)`,
  `CREATE INDEX deliveries_external_idx ON deliveries (destination_id, external_id) WHERE external_id IS NOT NULL`,
  `CREATE TABLE deliveries_waiting PARTITION OF deliveries (
    CONSTRAINT deliveries_waiting_pkey PRIMARY KEY (id)
  ) FOR VALUES IN (true) ${BUSY_TABLE}`,
  `CREATE INDEX deliveries_waiting_due_idx ON deliveries_waiting (destination_id, due_at, id) WHERE lease_token IS NULL`,
  `CREATE INDEX deliveries_waiting_lease_idx ON deliveries_waiting (lease_until) WHERE lease_token IS NOT NULL`,
  `CREATE TABLE deliveries_ended PARTITION OF deliveries (
    CONSTRAINT deliveries_ended_pkey PRIMARY KEY (id, retention_days)
  ) FOR VALUES IN (false) PARTITION BY LIST (retention_days)`,
  `CREATE INDEX deliveries_ended_failed_idx ON deliveries_ended (destination_id, id) WHERE state <> 'succeeded'`,
  `CREATE TABLE attempts (
    delivery_id uuid NOT NULL,
    retention_days smallint NOT NULL,
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    outcome text NOT NULL,
    message text,
    vendor_code text,
    response json,
    CONSTRAINT attempts_pkey PRIMARY KEY (delivery_id, number, retention_days)
  ) PARTITION BY LIST (retention_days)`,
  ...DAILY_TABLES.flatMap(({ table, column }) =>
    RETENTION_DAYS.map(
      (days) => `CREATE TABLE ${retentionClassTable(table, days)} PARTITION OF ${table}
    FOR VALUES IN (${days}) PARTITION BY RANGE (${column})`,
    ),
  ),
];
