import type { Actor } from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { ADVISORY_LOCKS, BRAND_LOCKS } from '../connections/advisory-locks.js';
import { ConfigurationRevisionEntity } from '../entities/configuration-revision.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { CONFIGURATION_CHANNEL } from './change-notices.js';
import { noticePayload } from './notice-payload.js';
import { writeAuditEntries, type AuditedChange } from './audited-change.js';

/**
 * Locks the configuration of all brands and the data keys against other changes until the manager's transaction ends.
 */
export async function lockConfiguration(manager: EntityManager): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.configuration})`);
}

/**
 * Locks one brand against other changes until the manager's transaction ends. Other brands can be changed at the same
 * time. The lock has the name of the brand, because a brand that is being created has no row yet.
 */
export async function lockBrand(manager: EntityManager, name: string): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock_shared(${ADVISORY_LOCKS.configuration})`);
  await manager.query(`SELECT pg_advisory_xact_lock(${BRAND_LOCKS}, hashtext($1))`, [name]);
}

/** Reads the newest revision that any brand has. */
export async function readRevision(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigurationEntity, { id: 1 })).revision;
}

/** Reads the revisions of brands by brand id. A brand that is left out has the revision 0. */
export async function readBrandRevisions(
  manager: EntityManager,
  brandIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await manager.query<readonly { readonly id: string; readonly revision: string }[]>(
    'SELECT brand_id AS id, revision FROM brand_revisions WHERE brand_id = ANY ($1::uuid[])',
    [brandIds],
  );
  return new Map(rows.map(({ id, revision }) => [id, Number(revision)]));
}

const RAISE_REVISION = `
WITH counter AS (
  UPDATE configuration SET revision = revision + 1 WHERE id = 1 RETURNING revision
), raised AS (
  INSERT INTO brand_revisions (brand_id, revision)
  SELECT b.id, counter.revision FROM unnest($1::uuid[]) AS b (id) CROSS JOIN counter
  ON CONFLICT (brand_id) DO UPDATE SET revision = excluded.revision
)
SELECT revision, EXISTS (
  SELECT FROM brands WHERE id = ANY ($1::uuid[]) AND deleted_at IS NOT NULL
) AS "deletes" FROM counter`;

interface RaisedRow {
  /** Revision as text, because the driver returns `bigint` as text. */
  readonly revision: string;
  /** True if one of the brands was deleted. */
  readonly deletes: boolean;
}

/**
 * Gives brands the next revision, which takes effect at commit, and notifies every process.
 *
 * The row of the counter stays locked until the transaction ends. So revisions are committed in the order of their
 * numbers, and a reader of newer revisions misses none. Call this after all work that does not need the number, because
 * changes of other brands wait from then on.
 */
export async function raiseRevision(manager: EntityManager, brandIds: Iterable<string>): Promise<number> {
  const ids = [...brandIds];
  const [row] = await manager.query<readonly RaisedRow[]>(RAISE_REVISION, [ids]);
  if (row === undefined) throw new Error('The table configuration has no row. Restore the database from a backup.');
  const revision = Number(row.revision);
  const payload = noticePayload(revision, row.deletes ? null : ids);
  await manager.query('SELECT pg_notify($1, $2)', [CONFIGURATION_CHANNEL, payload]);
  return revision;
}

/**
 * Locks the brand of a destination, and reads the destination under the lock, with its brand. Null if the destination
 * does not exist.
 */
export async function lockDestination(
  manager: EntityManager,
  destinationId: string,
): Promise<DestinationEntity | null> {
  const read = (): Promise<DestinationEntity | null> =>
    manager.findOne(DestinationEntity, {
      where: { id: destinationId, deletedAt: IsNull() },
      relations: { brand: true },
    });
  const row = await read();
  if (row === null) return null;
  await lockBrand(manager, row.brand.name);
  return read();
}

/** Gives a brand the next revision for one change, and writes the audit entry of the change. Returns the revision. */
export async function publishChange(
  manager: EntityManager,
  brandId: string,
  actor: Actor,
  auditedChange: AuditedChange,
): Promise<number> {
  await writeAuditEntries(manager, actor, [auditedChange]);
  const revision = await raiseRevision(manager, [brandId]);
  await recordRevision(manager, revision, actor, [auditedChange]);
  return revision;
}

/** Records the changes of a revision, for the history of subscriptions. */
export async function recordRevision(
  manager: EntityManager,
  revision: number,
  actor: Actor,
  auditedChanges: readonly AuditedChange[],
): Promise<void> {
  const summary = auditedChanges.map(({ change }) => change);
  const entry = Object.assign(new ConfigurationRevisionEntity(), { revision, actor: actor.name, summary });
  await manager.insert(ConfigurationRevisionEntity, entry);
}
