import {
  personIdOf,
  type AuditEntry,
  type AuditFilter,
  type AuditLog,
  type NewAuditEntry,
  type Page,
  type PageRequest,
} from '@patchbay/core';
import { In, type DataSource, type SelectQueryBuilder } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { AuditEntryEntity } from '../entities/audit-entry.entity.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { PersonEntity } from '../entities/person.entity.js';
import { pageById } from '../read/page-by-id.js';
import { appendAuditEntries } from './append-audit-entries.js';

/** Audit log that is stored in PostgreSQL. */
export class PostgresAuditLog implements AuditLog {
  constructor(private readonly dataSource: DataSource) {}

  append(entries: readonly NewAuditEntry[]): Promise<void> {
    return this.dataSource.transaction((manager) => appendAuditEntries(manager, entries));
  }

  async entries(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
    if (!isStorable(filter.actor, filter.action, filter.target)) return { data: [], nextCursor: null };
    const query = filtered(this.dataSource.createQueryBuilder(AuditEntryEntity, 'entry'), filter);
    const { data, nextCursor } = await pageById(query, { kind: 'audit entries', brandId: '' }, page);
    const names = await this.brandNames(data);
    const people = await this.people(data);
    return { data: data.map((row) => entryOf(row, names, people)), nextCursor };
  }

  private async brandNames(rows: readonly AuditEntryEntity[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(rows.flatMap(({ brandId }) => brandId ?? []))];
    const brands = await this.dataSource
      .createQueryBuilder(BrandEntity, 'brand')
      .select(['brand.id', 'brand.name'])
      .where('brand.id = ANY(:ids)', { ids })
      .getMany();
    return new Map(brands.map(({ id, name }) => [id, name]));
  }

  private async people(rows: readonly AuditEntryEntity[]): Promise<ReadonlyMap<string, PersonEntity>> {
    const ids = new Set(rows.flatMap((row) => personIdOf(actorIn(row)) ?? []));
    if (ids.size === 0) return new Map();
    const people = await this.dataSource.manager.findBy(PersonEntity, { id: In([...ids]) });
    return new Map(people.map((person) => [person.id, person]));
  }
}

function filtered(
  query: SelectQueryBuilder<AuditEntryEntity>,
  { brandIds, actor, action, target, from, to }: AuditFilter,
): SelectQueryBuilder<AuditEntryEntity> {
  if (brandIds !== undefined) query.andWhere('entry.brand_id = ANY(:brandIds)', { brandIds: [...brandIds] });
  if (actor !== undefined) query.andWhere(`(entry.actor = :actor OR ${ACTOR_IS_PERSON})`, { actor });
  if (action !== undefined) query.andWhere('entry.action = :action', { action });
  if (target !== undefined) query.andWhere('entry.target = :target', { target });
  if (from !== undefined) query.andWhere('entry.at >= :from', { from: new Date(from) });
  if (to !== undefined) query.andWhere('entry.at < :to', { to: new Date(to) });
  return query;
}

/** Condition on an entry: a person with the present name `:actor` acted, possibly in the console. */
const ACTOR_IS_PERSON = `entry.actor_key_id IS NULL AND entry.actor IN (
  SELECT 'person:' || person.id || place.suffix FROM people person, (VALUES (''), (' (console)')) AS place (suffix)
  WHERE person.name || place.suffix = :actor
)`;

function actorIn({ actor, actorKeyId }: AuditEntryEntity): NewAuditEntry['actor'] {
  return { name: actor, keyId: actorKeyId };
}

function entryOf(
  row: AuditEntryEntity,
  brands: ReadonlyMap<string, string>,
  people: ReadonlyMap<string, PersonEntity>,
): AuditEntry {
  const { id, action, brandId, target, before, after } = row;
  const actor = actorIn(row);
  const personId = personIdOf(actor);
  const { name = null, subject = null } = people.get(personId ?? '') ?? {};
  return {
    ...{ id, action, brandId, target, before, after },
    at: row.at.getTime(),
    actor,
    person: personId === null ? null : { id: personId, name, subject },
    brand: brandId === null ? null : (brands.get(brandId) ?? null),
  };
}
