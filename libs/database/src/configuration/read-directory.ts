import type { DirectoryChanges } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { readRevision } from './revision.js';

const ALL_BRANDS = `
SELECT b.id, b.name, coalesce(r.revision, 0) AS revision, true AS "isPresent"
FROM brands b LEFT JOIN brand_revisions r ON r.brand_id = b.id WHERE b.deleted_at IS NULL`;

/** Brands whose revision is greater than $1. */
const CHANGED_BRANDS = `
SELECT b.id, b.name, r.revision, b.deleted_at IS NULL AS "isPresent"
FROM brand_revisions r JOIN brands b ON b.id = r.brand_id WHERE r.revision > $1::bigint`;

/**
 * Brands of the destinations and subscriptions with the ids $1. Deleted rows are included, because their deliveries may
 * still wait.
 */
export const BRANDS_OF_QUEUES = `
SELECT id, brand_id AS "brandId" FROM destinations WHERE id = ANY ($1::uuid[])
UNION ALL
SELECT id, brand_id AS "brandId" FROM subscriptions WHERE id = ANY ($1::uuid[])`;

/** Row of {@link BRANDS_OF_QUEUES}. */
export interface QueueRow {
  readonly id: string;
  readonly brandId: string;
}

interface BrandRow {
  readonly id: string;
  readonly name: string;
  /** Revision as text, because the driver returns `bigint` as text. */
  readonly revision: string;
  readonly isPresent: boolean;
}

/**
 * Reads the directory of all brands in the manager's transaction.
 * @param after reads only the brands whose revision is greater. All brands if undefined.
 */
export async function readDirectory(manager: EntityManager, after: number | undefined): Promise<DirectoryChanges> {
  const revision = await readRevision(manager);
  const rows =
    after === undefined
      ? await manager.query<readonly BrandRow[]>(ALL_BRANDS)
      : await manager.query<readonly BrandRow[]>(CHANGED_BRANDS, [after]);
  return {
    revision,
    brands: rows.flatMap((row) =>
      row.isPresent ? [{ id: row.id, name: row.name, revision: Number(row.revision) }] : [],
    ),
    deleted: rows.flatMap(({ id, isPresent }) => (isPresent ? [] : [id])),
  };
}
