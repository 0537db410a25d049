import type {
  HashedAddress,
  NewAuditEntry,
  NewSuppression,
  Page,
  PageRequest,
  Suppression,
  SuppressionFilter,
  SuppressionReason,
  SuppressionRule,
  SuppressionStore,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { storable } from '../query/columns.js';
import { isUuid } from '../connections/uuid.js';
import { appendSuppressionChange, type ChangedSuppression } from '../operations/append-suppression-change.js';
import type { PgPool } from '../query/pg-pool.js';
import { decodeCursor, encodeCursor, type List } from '../read/cursor.js';
import {
  ADD_SUPPRESSIONS,
  FIND_SUPPRESSION,
  LIST_SUPPRESSIONS,
  LIST_SUPPRESSIONS_OF_ADDRESS,
  RELEASE_SUPPRESSIONS,
  REMOVE_SUPPRESSION,
  SUPPRESSION_RULES,
} from '../sql/suppressions.js';

const MAX_PAGE = 1_000;

interface RuleRow extends SuppressionRule {
  readonly position: number;
}

interface SuppressionRow extends Omit<
  Suppression,
  'addressHash' | 'sealedAddress' | 'reportedBy' | 'reportedAt' | 'createdAt'
> {
  readonly address_hash: string;
  readonly sealed_address: Buffer | null;
  readonly reported_by: string;
  readonly reported_at: Date | null;
  readonly created_at: Date;
}

/** Store of suppression lists in PostgreSQL. */
export class PostgresSuppressionStore implements SuppressionStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
  ) {}

  async rulesOf(addresses: readonly HashedAddress[]): Promise<readonly (readonly SuppressionRule[])[]> {
    const rows = addresses.map(({ brandId, addressHash }, position) => ({
      position,
      brandId,
      addressHash: Buffer.from(addressHash, 'hex'),
    }));
    const found = await this.pool.query<RuleRow & Record<string, unknown>>(SUPPRESSION_RULES.with({ addresses: rows }));
    const rules = addresses.map((): SuppressionRule[] => []);
    for (const { position, reason, channel, purpose, sender } of found) {
      rules[position]?.push({ reason, channel, purpose, sender });
    }
    return rules;
  }

  add(brandId: string, suppressions: readonly NewSuppression[], audit?: NewAuditEntry): Promise<number> {
    if (suppressions.length === 0) return Promise.resolve(0);
    const rows = suppressions.map((one) => ({
      ...one,
      addressHash: Buffer.from(one.addressHash, 'hex'),
      detail: storable(one.detail),
      reportedAt: one.reportedAt === null ? null : new Date(one.reportedAt),
    }));
    const { text, values } = ADD_SUPPRESSIONS.with({ brand: brandId, rows });
    return this.inTransaction(async (manager) => {
      const added = await manager.query<{ id: string }[]>(text, values);
      const ids = new Set(added.map(({ id }) => id));
      const changed = suppressions.filter(({ id }) => ids.has(id));
      await appendSuppressionChange(manager, brandId, 'suppression.added', changed);
      if (audit !== undefined) await appendAuditEntries(manager, [audit]);
      return changed.length;
    });
  }

  release(
    { brandId, addressHash }: HashedAddress,
    reasons: readonly SuppressionReason[],
    until: number | null,
  ): Promise<number> {
    const values = [brandId, Buffer.from(addressHash, 'hex'), reasons, until === null ? null : new Date(until)];
    return this.inTransaction(async (manager) => {
      const removed = await deleted(manager, RELEASE_SUPPRESSIONS, values);
      await appendSuppressionChange(manager, brandId, 'suppression.removed', removed);
      return removed.length;
    });
  }

  async remove(brandId: string, id: string, audit: NewAuditEntry): Promise<boolean> {
    if (!isUuid(id)) return false;
    return this.inTransaction(async (manager) => {
      const removed = await deleted(manager, REMOVE_SUPPRESSION, [brandId, id]);
      if (removed.length === 0) return false;
      await appendSuppressionChange(manager, brandId, 'suppression.removed', removed);
      await appendAuditEntries(manager, [audit]);
      return true;
    });
  }

  async find(brandId: string, id: string): Promise<Suppression | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.dataSource.query<SuppressionRow[]>(FIND_SUPPRESSION, [brandId, id]);
    return row === undefined ? null : toSuppression(row);
  }

  async list(
    brandId: string,
    { addressHash, kind, reason }: SuppressionFilter,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Suppression>> {
    const list: List = { kind: 'suppressions', brandId };
    const length = Math.min(Math.max(Math.trunc(limit), 1), MAX_PAGE);
    const below = cursor === null ? null : decodeCursor(list, cursor);
    const values = [brandId, below, kind ?? null, reason ?? null, length + 1];
    const rows =
      addressHash === undefined
        ? await this.dataSource.query<SuppressionRow[]>(LIST_SUPPRESSIONS, values)
        : await this.dataSource.query<SuppressionRow[]>(LIST_SUPPRESSIONS_OF_ADDRESS, [
            ...values,
            Buffer.from(addressHash, 'hex'),
          ]);
    const data = rows.slice(0, length).map(toSuppression);
    const last = data.at(-1);
    return { data, nextCursor: last === undefined || rows.length === data.length ? null : encodeCursor(list, last.id) };
  }

  private inTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.pool.retry(() => this.dataSource.transaction(work));
  }
}

interface DeletedRow extends Omit<ChangedSuppression, 'reportedBy'> {
  readonly reported_by: string;
}

async function deleted(
  manager: EntityManager,
  statement: string,
  values: readonly unknown[],
): Promise<readonly ChangedSuppression[]> {
  const [rows] = await manager.query<[DeletedRow[], number]>(statement, [...values]);
  return rows.map(({ reported_by: reportedBy, ...row }) => ({ ...row, reportedBy }));
}

function toSuppression({
  address_hash,
  sealed_address,
  reported_by,
  reported_at,
  created_at,
  ...row
}: SuppressionRow): Suppression {
  return {
    ...row,
    addressHash: address_hash,
    sealedAddress: sealed_address,
    reportedBy: reported_by,
    reportedAt: reported_at?.getTime() ?? null,
    createdAt: created_at.getTime(),
  };
}
