import type { MigrationInterface, QueryRunner } from 'typeorm';

/** SQL of the customer by whom the event is found without a row in `event_customers`. */
const FIRST_CUSTOMER = 'coalesce(customer_key, customer_id)';

/**
 * Migration that finds an event's first customer by an index of the events, so that only further customers need rows in
 * `event_customers`. Rows of first customers that exist already stay until their day is dropped.
 *
 * The index is built while no event can be stored, which takes about a second per million events. A hub without this
 * migration still writes a row per customer, but finds no customer of events that a newer hub stores meanwhile.
 */
export class FirstCustomers1796890000001 implements MigrationInterface {
  readonly name = 'FirstCustomers1796890000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX events_customer_idx ON events (brand_id, (${FIRST_CUSTOMER}), id) WHERE ${FIRST_CUSTOMER} IS NOT NULL`,
    );
    await runner.query(
      `CREATE VIEW customer_events AS
      SELECT brand_id, customer_id, event_id FROM event_customers
      UNION ALL
      SELECT brand_id, ${FIRST_CUSTOMER}, id FROM events WHERE ${FIRST_CUSTOMER} IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW customer_events');
    await runner.query(
      `INSERT INTO event_customers (brand_id, customer_id, event_id, retention_days)
      SELECT brand_id, ${FIRST_CUSTOMER}, id, retention_days FROM events WHERE ${FIRST_CUSTOMER} IS NOT NULL
      ON CONFLICT DO NOTHING`,
    );
    await runner.query('DROP INDEX events_customer_idx');
  }
}
