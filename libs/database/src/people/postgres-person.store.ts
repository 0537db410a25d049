import {
  personActorName,
  uuidV7,
  type Actor,
  type Page,
  type PageRequest,
  type Person,
  type PersonIdentity,
  type PersonStore,
} from '@patchbay/core';
import { In, IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { databaseTime } from '../clock/database-time.js';
import { PersonEntity } from '../entities/person.entity.js';
import { SessionEntity } from '../entities/session.entity.js';
import { retryConflicts } from '../query/pg-pool.js';
import { pageById } from '../read/page-by-id.js';
import { personOf } from './person-of-row.js';

/** Store of people in PostgreSQL. */
export class PostgresPersonStore implements PersonStore {
  constructor(private readonly dataSource: DataSource) {}

  async remember({ issuer, subject, name }: PersonIdentity): Promise<Person | null> {
    const now = await databaseTime(this.dataSource.manager);
    const [row] = await retryConflicts(() =>
      this.dataSource.query<Pick<PersonEntity, 'id' | 'name'>[]>(REMEMBER, [
        ...[uuidV7(Math.floor(now)), issuer, subject, name],
        new Date(now),
      ]),
    );
    if (row === undefined) return null;
    return { id: row.id, issuer, subject, name: row.name, lastSeenAt: Math.floor(now), removedAt: null };
  }

  async find(id: string): Promise<Person | null> {
    const row = await this.dataSource.manager.findOneBy(PersonEntity, { id });
    return row === null ? null : personOf(row);
  }

  async list(page: PageRequest): Promise<Page<Person>> {
    const query = this.dataSource.createQueryBuilder(PersonEntity, 'person');
    const { data, nextCursor } = await pageById(query, { kind: 'people', brandId: '' }, page);
    return { data: data.map(personOf), nextCursor };
  }

  async namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const people = await this.dataSource.manager.findBy(PersonEntity, { id: In([...ids]), name: Not(IsNull()) });
    return new Map(people.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])));
  }

  remove(id: string, actor: Actor): Promise<boolean> {
    return this.change(id, async (manager, { removedAt }) => {
      if (removedAt !== null) return;
      await manager.update(PersonEntity, { id }, { removedAt: new Date(await databaseTime(manager)) });
      await manager.delete(SessionEntity, { personId: id });
      await recordChange(manager, 'person.remove', id, actor);
    });
  }

  restore(id: string, actor: Actor): Promise<boolean> {
    return this.change(id, async (manager, { removedAt }) => {
      if (removedAt === null) return;
      await manager.update(PersonEntity, { id }, { removedAt: null });
      await recordChange(manager, 'person.restore', id, actor);
    });
  }

  erase(id: string, actor: Actor): Promise<boolean> {
    return this.change(id, async (manager) => {
      // Deletes the sessions as well.
      await manager.delete(PersonEntity, { id });
      await recordChange(manager, 'person.erase', id, actor);
    });
  }

  /** Locks the row of a person, so that no session starts meanwhile, and changes it. Resolves with false without a row. */
  private change(id: string, apply: (manager: EntityManager, person: PersonEntity) => Promise<void>): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const person = await manager.findOne(PersonEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (person !== null) await apply(manager, person);
      return person !== null;
    });
  }
}

function recordChange(manager: EntityManager, action: string, id: string, actor: Actor): Promise<void> {
  const target = personActorName(id);
  return appendAuditEntries(manager, [{ actor, action, target, brandId: null, before: null, after: null }]);
}

/**
 * Statement that stores a person. A missing name keeps the stored name. It returns no row if the person has been removed.
 */
const REMEMBER = `
  INSERT INTO people AS person (id, issuer, subject, name, last_seen_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ON CONSTRAINT people_subject_key DO UPDATE
  SET name = coalesce(excluded.name, person.name), last_seen_at = greatest(excluded.last_seen_at, person.last_seen_at)
  WHERE person.removed_at IS NULL
  RETURNING id, name`;
