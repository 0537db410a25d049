import type { AuditEntry, AuditFilter, AuditLog, NewAuditEntry, Page, PageRequest } from '@patchbay/core';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { AuditEntryEntity } from '../entities/audit-entry.entity.js';
import { BrandEntity } from '../entities/brand.entity.js';
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
    return { data: data.map((row) => entryOf(row, names)), nextCursor };
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
}

function filtered(
  query: SelectQueryBuilder<AuditEntryEntity>,
  { brandIds, actor, action, target, from, to }: AuditFilter,
): SelectQueryBuilder<AuditEntryEntity> {
  if (brandIds !== undefined) query.andWhere('entry.brand_id = ANY(:brandIds)', { brandIds: [...brandIds] });
  if (actor !== undefined) query.andWhere('entry.actor = :actor', { actor });
  if (action !== undefined) query.andWhere('entry.action = :action', { action });
  if (target !== undefined) query.andWhere('entry.target = :target', { target });
  if (from !== undefined) query.andWhere('entry.at >= :from', { from: new Date(from) });
  if (to !== undefined) query.andWhere('entry.at < :to', { to: new Date(to) });
  return query;
}

function entryOf(row: AuditEntryEntity, brands: ReadonlyMap<string, string>): AuditEntry {
  const { id, action, brandId, target, before, after } = row;
  return {
    ...{ id, action, brandId, target, before, after },
    at: row.at.getTime(),
    actor: { name: row.actor, keyId: row.actorKeyId },
    brand: brandId === null ? null : (brands.get(brandId) ?? null),
  };
}
