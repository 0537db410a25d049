/**
 * Statements that create the tables of the configuration. JSON that people write is stored as `json`, not `jsonb`, to
 * keep the order of its keys. The order matters, because a message has its keys in the order of the mapping.
 */
export const CONFIGURATION_SCHEMA: readonly string[] = [
  `CREATE TABLE configuration (
    id smallint NOT NULL CONSTRAINT configuration_pkey PRIMARY KEY CONSTRAINT configuration_single_check CHECK (id = 1),
    revision bigint NOT NULL,
    applied_hash text
  )`,
  `INSERT INTO configuration (id, revision) VALUES (1, 0)`,
  `CREATE TABLE configuration_revisions (
    revision bigint NOT NULL CONSTRAINT configuration_revisions_pkey PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    summary json NOT NULL
  )`,
  `CREATE TABLE brands (
    id uuid NOT NULL CONSTRAINT brands_pkey PRIMARY KEY,
    name text NOT NULL,
    timezone text NOT NULL,
    privacy json NOT NULL,
    retention_days smallint NOT NULL CONSTRAINT brands_retention_days_check CHECK (retention_days IN (7, 30, 90, 400)),
    recipient_order json NOT NULL,
    wrapped_key bytea NOT NULL,
    managed_by text NOT NULL CONSTRAINT brands_managed_by_check CHECK (managed_by IN ('file', 'api')),
    file text,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
  )`,
  `CREATE UNIQUE INDEX brands_name_key ON brands (name) WHERE deleted_at IS NULL`,
  `CREATE TABLE sources (
    id uuid NOT NULL CONSTRAINT sources_pkey PRIMARY KEY,
    brand_id uuid NOT NULL CONSTRAINT sources_brand_fkey REFERENCES brands (id),
    name text NOT NULL,
    adapter text NOT NULL,
    sealed_auth bytea NOT NULL,
    paths json,
    managed_by text NOT NULL CONSTRAINT sources_managed_by_check CHECK (managed_by IN ('file', 'api')),
    file text,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
  )`,
  `CREATE UNIQUE INDEX sources_brand_name_key ON sources (brand_id, name) WHERE deleted_at IS NULL`,
  `CREATE TABLE destinations (
    id uuid NOT NULL CONSTRAINT destinations_pkey PRIMARY KEY,
    brand_id uuid NOT NULL CONSTRAINT destinations_brand_fkey REFERENCES brands (id),
    name text NOT NULL,
    type text NOT NULL,
    sealed_credentials bytea NOT NULL,
    settings json NOT NULL,
    limits json NOT NULL,
    retry json NOT NULL,
    paused boolean NOT NULL DEFAULT false,
    paused_reason text,
    version integer NOT NULL,
    managed_by text NOT NULL CONSTRAINT destinations_managed_by_check CHECK (managed_by IN ('file', 'api')),
    file text,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
  )`,
  `CREATE UNIQUE INDEX destinations_brand_name_key ON destinations (brand_id, name) WHERE deleted_at IS NULL`,
  `CREATE TABLE subscriptions (
    id uuid NOT NULL CONSTRAINT subscriptions_pkey PRIMARY KEY,
    brand_id uuid NOT NULL CONSTRAINT subscriptions_brand_fkey REFERENCES brands (id),
    name text NOT NULL,
    managed_by text NOT NULL CONSTRAINT subscriptions_managed_by_check CHECK (managed_by IN ('file', 'api')),
    file text,
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
  )`,
  `CREATE UNIQUE INDEX subscriptions_brand_name_key ON subscriptions (brand_id, name) WHERE deleted_at IS NULL`,
  `CREATE TABLE subscription_versions (
    id uuid NOT NULL CONSTRAINT subscription_versions_pkey PRIMARY KEY,
    subscription_id uuid NOT NULL CONSTRAINT subscription_versions_subscription_fkey REFERENCES subscriptions (id),
    version integer NOT NULL,
    source_id uuid NOT NULL CONSTRAINT subscription_versions_source_fkey REFERENCES sources (id),
    destination_id uuid NOT NULL CONSTRAINT subscription_versions_destination_fkey REFERENCES destinations (id),
    events json NOT NULL,
    "when" json,
    mapping json,
    from_revision bigint NOT NULL,
    to_revision bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscription_versions_span_check CHECK (to_revision > from_revision)
  )`,
  `CREATE UNIQUE INDEX subscription_versions_number_key ON subscription_versions (subscription_id, version)`,
  `CREATE UNIQUE INDEX subscription_versions_in_force_key ON subscription_versions (subscription_id)
    WHERE to_revision IS NULL`,
];
