import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds routes to subscriptions. While the destination of a delivery is undecided, the delivery has the id
 * of its subscription in the place of the destination, so deliveries need no new column and no new index.
 */
export class Routes1796400000000 implements MigrationInterface {
  readonly name = 'Routes1796400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE subscription_versions ALTER COLUMN destination_id DROP NOT NULL');
    await runner.query(
      `ALTER TABLE subscription_versions ADD COLUMN route json,
        ADD CONSTRAINT subscription_versions_target_check CHECK ((destination_id IS NULL) = (route IS NOT NULL))`,
    );
    await runner.query(
      `CREATE INDEX subscription_versions_routed_idx ON subscription_versions (subscription_id)
        WHERE route IS NOT NULL`,
    );
  }

  /** Fails if a subscription has or had a route, because such a version has no destination. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE subscription_versions ALTER COLUMN destination_id SET NOT NULL');
    await runner.query('ALTER TABLE subscription_versions DROP COLUMN route');
  }
}
