import type { Actor } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../connections/advisory-locks.js';
import { ConfigurationRevisionEntity } from '../entities/configuration-revision.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { CONFIGURATION_CHANNEL } from './change-notices.js';
import { writeAuditEntries, type AuditedChange } from './audited-change.js';

/** Until the manager's transaction ends, nobody else changes the configuration or the keys it is sealed with. */
export async function lockConfiguration(manager: EntityManager): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.configuration})`);
}

/** The revision in force. */
export async function readRevision(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigurationEntity, { id: 1 })).revision;
}

/** Puts a revision in force with this transaction's commit, notes who did what, and tells every process. */
export async function publishRevision(
  manager: EntityManager,
  revision: number,
  actor: Actor,
  auditedChanges: readonly AuditedChange[],
): Promise<void> {
  await manager.update(ConfigurationEntity, { id: 1 }, { revision });
  const summary = auditedChanges.map(({ change }) => change);
  const entry = Object.assign(new ConfigurationRevisionEntity(), { revision, actor: actor.name, summary });
  await manager.insert(ConfigurationRevisionEntity, entry);
  await writeAuditEntries(manager, actor, auditedChanges);
  await manager.query('SELECT pg_notify($1, $2)', [CONFIGURATION_CHANNEL, String(revision)]);
}
