import type { Actor } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../connections/advisory-locks.js';
import { ConfigurationRevisionEntity } from '../entities/configuration-revision.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { CONFIGURATION_CHANNEL } from './change-notices.js';
import { writeAuditEntries, type AuditedChange } from './audited-change.js';

/** Locks the configuration and the data keys against other changes until the manager's transaction ends. */
export async function lockConfiguration(manager: EntityManager): Promise<void> {
  await manager.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.configuration})`);
}

/** Reads the revision in force. */
export async function readRevision(manager: EntityManager): Promise<number> {
  return (await manager.findOneByOrFail(ConfigurationEntity, { id: 1 })).revision;
}

/** Sets the revision that takes effect at commit, writes the audit entries, and notifies every process. */
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
