import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { BrandEntity } from '../entities/brand.entity.js';
import type { DestinationEntity } from '../entities/destination.entity.js';
import type { SourceEntity } from '../entities/source.entity.js';
import type { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import type { SubscriptionEntity } from '../entities/subscription.entity.js';

/** Maximum number of rows per statement, because a statement takes at most 65,535 parameters. */
const ROWS_PER_STATEMENT = 500;

/**
 * Rows that a configuration change creates. The rows are inserted together, so that thousands of new brands take only a
 * few statements.
 */
export class NewRows {
  readonly brands: BrandEntity[] = [];
  readonly sources: SourceEntity[] = [];
  readonly destinations: DestinationEntity[] = [];
  readonly subscriptions: SubscriptionEntity[] = [];
  readonly subscriptionVersions: SubscriptionVersionEntity[] = [];

  /** Inserts the new rows except the versions, in the order that their foreign keys require. */
  async insert(manager: EntityManager): Promise<void> {
    await insertAll(manager, this.brands.splice(0));
    await insertAll(manager, this.sources.splice(0));
    await insertAll(manager, this.destinations.splice(0));
    await insertAll(manager, this.subscriptions.splice(0));
  }

  /** Inserts the new subscription versions, which are in force from the given revision. */
  async insertVersions(manager: EntityManager, revision: number): Promise<void> {
    const versions = this.subscriptionVersions.splice(0);
    for (const version of versions) version.fromRevision = revision;
    await insertAll(manager, versions);
  }
}

async function insertAll(manager: EntityManager, rows: ObjectLiteral[]): Promise<void> {
  if (rows.length > 0) await manager.save(rows, { chunk: ROWS_PER_STATEMENT });
}
