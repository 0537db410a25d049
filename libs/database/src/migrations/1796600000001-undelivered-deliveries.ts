import type { MigrationInterface, QueryRunner } from 'typeorm';
import { listUndelivered } from '../sql/undelivered.js';

const PARTITIONS = `
SELECT c.relname AS name FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
  AND (c.relname ~ '^deliveries_ended_d\\d+_\\d+$' OR c.relname = 'deliveries_waiting')`;

/**
 * Migration that adds the list of the deliveries whose message did not arrive, according to the vendor. Reads all
 * deliveries once.
 *
 * Each statement commits by itself and can run again if a later statement failed. A single transaction would lock
 * several objects per day and could exceed the lock table of a server with default settings.
 */
export class UndeliveredDeliveries1796600000001 implements MigrationInterface {
  readonly name = 'UndeliveredDeliveries1796600000001';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS undelivered_deliveries (
        destination_id uuid NOT NULL,
        vendor_status text NOT NULL,
        delivery_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT undelivered_deliveries_pkey PRIMARY KEY (destination_id, vendor_status, delivery_id)
      )`,
    );
    const partitions = await runner.manager.query<{ name: string }[]>(PARTITIONS);
    for (const { name } of partitions) await runner.query(listUndelivered(name));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS undelivered_deliveries');
  }
}
