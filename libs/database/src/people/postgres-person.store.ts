import { uuidV7, type Person, type PersonIdentity, type PersonStore } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import type { PersonEntity } from '../entities/person.entity.js';
import { retryConflicts } from '../query/pg-pool.js';

/** Store of people in PostgreSQL. */
export class PostgresPersonStore implements PersonStore {
  constructor(private readonly dataSource: DataSource) {}

  async remember({ issuer, subject, name }: PersonIdentity): Promise<Person> {
    const now = await databaseTime(this.dataSource.manager);
    const [row] = await retryConflicts(() =>
      this.dataSource.query<Pick<PersonEntity, 'id' | 'name'>[]>(REMEMBER, [
        ...[uuidV7(Math.floor(now)), issuer, subject, name],
        new Date(now),
      ]),
    );
    if (row === undefined) throw new Error('PostgreSQL stored a person, but returned no row.');
    return { id: row.id, issuer, subject, name: row.name, lastSeenAt: Math.floor(now) };
  }
}

/** Statement that stores a person. A missing name keeps the stored name. */
const REMEMBER = `
  INSERT INTO people AS person (id, issuer, subject, name, last_seen_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ON CONSTRAINT people_subject_key DO UPDATE
  SET name = coalesce(excluded.name, person.name), last_seen_at = greatest(excluded.last_seen_at, person.last_seen_at)
  RETURNING id, name`;
