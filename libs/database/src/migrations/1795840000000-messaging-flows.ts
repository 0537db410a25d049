import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds messaging rules. One column of a delivery contains its copy of the rules. The column is null for
 * a delivery without rules, so that these deliveries cost nothing.
 */
export class MessagingFlows1795840000000 implements MigrationInterface {
  readonly name = 'MessagingFlows1795840000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE subscription_versions ADD COLUMN messaging json');
    await runner.query('ALTER TABLE brands ADD COLUMN caps json');
    await runner.query('ALTER TABLE deliveries ADD COLUMN flow jsonb, ADD COLUMN merged_into uuid');
    // Triggered steps have their own table, because deliveries have hundreds of daily partitions, too many to search
    // every second.
    await runner.query(
      `CREATE TABLE called_steps (
        delivery_id uuid NOT NULL CONSTRAINT called_steps_pkey PRIMARY KEY,
        retention_days smallint NOT NULL,
        brand_id uuid NOT NULL,
        event_id uuid NOT NULL,
        subscription_id uuid NOT NULL,
        subscription_version_id uuid NOT NULL,
        event_type text NOT NULL,
        customer_id text,
        flow jsonb NOT NULL,
        called_at timestamptz NOT NULL DEFAULT now()
      )`,
    );
    await runner.query('CREATE INDEX called_steps_called_idx ON called_steps (called_at)');
    await runner.query(
      `CREATE TABLE message_caps (
        key uuid NOT NULL CONSTRAINT message_caps_pkey PRIMARY KEY,
        delivery_ids uuid[] NOT NULL,
        taken_at timestamptz[] NOT NULL,
        expires_at timestamptz NOT NULL
      ) WITH (fillfactor = 70)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE message_caps, called_steps');
    await runner.query('ALTER TABLE deliveries DROP COLUMN flow, DROP COLUMN merged_into');
    await runner.query('ALTER TABLE brands DROP COLUMN caps');
    await runner.query('ALTER TABLE subscription_versions DROP COLUMN messaging');
  }
}
