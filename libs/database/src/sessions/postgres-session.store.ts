import {
  personActorName,
  personIdOf,
  SESSION_LIMITS,
  type FoundSession,
  type LinkOwner,
  type NewAuditEntry,
  type NewSession,
  type NewSignInLink,
  type SessionAudit,
  type SessionOwner,
  type SessionStore,
  type SignInLink,
} from '@patchbay/core';
import { IsNull, LessThan, type DataSource, type EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { databaseTime } from '../clock/database-time.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { PersonEntity } from '../entities/person.entity.js';
import { SessionEntity } from '../entities/session.entity.js';
import { SignInLinkEntity } from '../entities/sign-in-link.entity.js';
import { keyOf } from '../keys/key-of-row.js';
import { personOf } from '../people/person-of-row.js';

/** Store of the console's sessions and sign-in links in PostgreSQL. */
export class PostgresSessionStore implements SessionStore {
  constructor(private readonly dataSource: DataSource) {}

  create({ hash, owner, lastSeenAt, latestEndsAt }: NewSession, audit: SessionAudit): Promise<boolean> {
    const row = Object.assign(new SessionEntity(), {
      ...{ hash: Buffer.from(hash), ...ownerColumns(owner), ...personColumns(owner) },
      ...{ lastSeenAt: new Date(lastSeenAt), latestEndsAt: new Date(latestEndsAt) },
    });
    return this.dataSource.transaction(async (manager) => {
      if (!(await lockOwner(manager, owner))) return false;
      await removeEnded(manager);
      await manager.insert(SessionEntity, row);
      await keepNewest(manager, { table: 'sessions', order: 'last_seen_at' }, owner);
      await appendAuditEntries(manager, [
        auditEntryOf('session.create', audit, { latestEndsAt: row.latestEndsAt.toISOString() }),
      ]);
      return true;
    });
  }

  async find(hash: Uint8Array): Promise<FoundSession | null> {
    // `findOne` with a relation would run two statements.
    const row = await this.dataSource
      .createQueryBuilder(SessionEntity, 'session')
      .leftJoinAndSelect('session.key', 'key')
      .leftJoinAndSelect('session.person', 'person')
      .where('session.hash = :hash', { hash: Buffer.from(hash) })
      .getOne();
    if (row === null) return null;
    const { lastSeenAt, latestEndsAt, key, person } = row;
    return {
      session: { owner: sessionOwnerOf(row), lastSeenAt: lastSeenAt.getTime(), latestEndsAt: latestEndsAt.getTime() },
      key: key === null ? null : keyOf(key),
      person: person === null ? null : personOf(person),
    };
  }

  async recordUse(hash: Uint8Array, at: number): Promise<void> {
    const time = new Date(at);
    await this.dataSource.manager.update(
      SessionEntity,
      { hash: Buffer.from(hash), lastSeenAt: LessThan(time) },
      { lastSeenAt: time },
    );
  }

  end(hash: Uint8Array, audit: SessionAudit): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(SessionEntity, { hash: Buffer.from(hash) });
      if (affected !== 0) await appendAuditEntries(manager, [auditEntryOf('session.end', audit, null)]);
    });
  }

  createLink({ hash, owner, expiresAt }: NewSignInLink, audit: SessionAudit): Promise<boolean> {
    const row = Object.assign(new SignInLinkEntity(), {
      ...{ hash: Buffer.from(hash), ...ownerColumns(owner), expiresAt: new Date(expiresAt) },
    });
    return this.dataSource.transaction(async (manager) => {
      if (!(await lockOwner(manager, owner))) return false;
      await manager.delete(SignInLinkEntity, { expiresAt: LessThan(new Date(await databaseTime(manager))) });
      await manager.insert(SignInLinkEntity, row);
      await keepNewest(manager, { table: 'sign_in_links', order: 'expires_at' }, owner);
      await appendAuditEntries(manager, [
        auditEntryOf('session.createLink', audit, { expiresAt: row.expiresAt.toISOString() }),
      ]);
      return true;
    });
  }

  async takeLink(hash: Uint8Array): Promise<SignInLink | null> {
    return this.dataSource.transaction(async (manager) => {
      const row = await manager.findOne(SignInLinkEntity, {
        where: { hash: Buffer.from(hash) },
        lock: { mode: 'pessimistic_write' },
      });
      if (row === null) return null;
      await manager.delete(SignInLinkEntity, { hash: row.hash });
      return { owner: ownerOf(row), expiresAt: row.expiresAt.getTime() };
    });
  }
}

/**
 * Keeps an owner from being removed until the end of the transaction. Resolves with false if the owner has been removed.
 * Comes first in a transaction, so that it never waits for a revocation that waits for its other locks.
 */
async function lockOwner(manager: EntityManager, owner: SessionOwner): Promise<boolean> {
  if (owner.kind === 'bootstrap') return true;
  if (owner.kind === 'person') {
    const lock = { mode: 'for_key_share' } as const;
    const where = { id: owner.personId, removedAt: IsNull() };
    return (await manager.findOne(PersonEntity, { select: { id: true }, where, lock })) !== null;
  }
  const key = await manager.findOne(ApiKeyEntity, {
    select: { id: true },
    where: { id: owner.keyId },
    lock: { mode: 'for_key_share' },
  });
  return key !== null;
}

async function removeEnded(manager: EntityManager): Promise<void> {
  const now = await databaseTime(manager);
  await manager.delete(SessionEntity, [
    { latestEndsAt: LessThan(new Date(now)) },
    { lastSeenAt: LessThan(new Date(now - SESSION_LIMITS.idleMs)) },
  ]);
}

/** Table with one owner per row, and the column by which the oldest rows are found. */
type OwnedTable =
  | { readonly table: 'sessions'; readonly order: 'last_seen_at' }
  | { readonly table: 'sign_in_links'; readonly order: 'expires_at' };

/** Removes the oldest rows of an owner who has too many. */
async function keepNewest(manager: EntityManager, { table, order }: OwnedTable, owner: SessionOwner): Promise<void> {
  const [owned, ...values] = ownedBy(owner);
  await manager.query(
    `DELETE FROM ${table} WHERE hash IN (
       SELECT hash FROM ${table} WHERE ${owned} ORDER BY ${order} DESC OFFSET ${SESSION_LIMITS.perKey}
     )`,
    values,
  );
}

/** Returns the condition on the rows of an owner, and its values. */
function ownedBy(owner: SessionOwner): readonly [condition: string, ...values: string[]] {
  switch (owner.kind) {
    case 'key':
      return ['key_id = $1', owner.keyId];
    case 'person':
      return ['person_id = $1', owner.personId];
    case 'bootstrap':
      // Sessions of people have an empty proof. The first condition can use the index.
      return [`key_id IS NULL AND bootstrap_proof <> ''`];
  }
}

interface OwnerColumns {
  readonly keyId: string | null;
  readonly bootstrapProof: Buffer | null;
}

function ownerColumns(owner: SessionOwner): OwnerColumns {
  return {
    keyId: owner.kind === 'key' ? owner.keyId : null,
    bootstrapProof: proofColumn(owner),
  };
}

/** Returns an empty proof for a person, because the table requires a key or a proof. An empty proof is never valid. */
function proofColumn(owner: SessionOwner): Buffer | null {
  switch (owner.kind) {
    case 'key':
      return null;
    case 'person':
      return Buffer.alloc(0);
    case 'bootstrap':
      return Buffer.from(owner.proof);
  }
}

function personColumns(owner: SessionOwner): Pick<SessionEntity, 'personId' | 'roleValues'> {
  return owner.kind === 'person'
    ? { personId: owner.personId, roleValues: [...owner.roleValues] }
    : { personId: null, roleValues: null };
}

function sessionOwnerOf({ personId, roleValues, ...row }: SessionEntity): SessionOwner {
  return personId === null ? ownerOf(row) : { kind: 'person', personId, roleValues: roleValues ?? [] };
}

function ownerOf({ keyId, bootstrapProof }: OwnerColumns): LinkOwner {
  if (keyId !== null) return { kind: 'key', keyId };
  return { kind: 'bootstrap', proof: bootstrapProof ?? new Uint8Array() };
}

function auditEntryOf(action: string, { actor, brandId }: SessionAudit, after: NewAuditEntry['after']): NewAuditEntry {
  const personId = personIdOf(actor);
  const owner = personId === null ? (actor.keyId ?? 'PATCHBAY_ADMIN_KEY') : personActorName(personId);
  return { actor, action, brandId, target: owner, before: null, after };
}
