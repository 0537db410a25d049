import { randomUUID } from 'node:crypto';
import type { Actor, AffectedDeliveries, ConfigurationChange, ConfigurationProblem, ManagedBy } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import type { ManagedColumns } from '../entities/managed.columns.js';
import { readHubKey } from '../keys/hub-key.js';
import type { ChangedFields } from './changed-fields.js';
import { NewRows } from './new-rows.js';
import { sideOf, type AuditedChange } from './audited-change.js';

/** What one apply gathers on its way through the files. Everything happens in the transaction of `manager`. */
export class ApplyContext {
  private readonly recorded: AuditedChange[] = [];
  readonly problems: ConfigurationProblem[] = [];
  /** Destinations whose waiting deliveries this apply affects, by destination id. */
  readonly affected = new Map<string, Omit<AffectedDeliveries, 'count'>>();
  readonly newRows = new NewRows();
  /** Retention classes whose partitions were made sure of. */
  readonly retentions = new Set<number>();
  private hubKey: Promise<Buffer | null> | undefined;
  /** Brands that change from `pii-less` to `standard`. */
  readonly leavesPiiLess: string[] = [];

  constructor(
    readonly manager: EntityManager,
    /** The revision that this apply makes, if it changes anything. */
    readonly nextRevision: number,
    /** Delete what vanished instead of disabling it. */
    readonly prune: boolean,
    /** Who applies. */
    readonly actor: Actor,
  ) {}

  /** The hub's own key as it is stored, read once. */
  readHubKey(): Promise<Buffer | null> {
    this.hubKey ??= readHubKey(this.manager);
    return this.hubKey;
  }

  /** All there are, those that change nothing included. */
  get changes(): readonly ConfigurationChange[] {
    return this.recorded.map(({ change }) => change);
  }

  /** Those that change something. */
  get auditedChanges(): readonly AuditedChange[] {
    return this.recorded.filter(({ change }) => change.action !== 'unchanged');
  }

  recordChange(
    kind: ConfigurationChange['kind'],
    action: ConfigurationChange['action'],
    name: string,
    fields: ChangedFields = {},
  ): void {
    const isNew = action === 'create';
    const before = fields['name']?.before;
    const renamed = !isNew && typeof before === 'string' ? { renamedFrom: before } : {};
    this.recorded.push({
      change: { kind, action, name, fields: isNew ? [] : Object.keys(fields), ...renamed },
      before: isNew ? null : sideOf(fields, 'before'),
      after: sideOf(fields, 'after'),
    });
  }
}

/** A new object of a file; of the API where the file is null. */
export function ownedBy(file: string | null, name: string): Omit<ManagedColumns, 'createdAt' | 'updatedAt'> {
  const managedBy: ManagedBy = file === null ? 'api' : 'file';
  return { id: randomUUID(), name, managedBy, file, disabled: false, deletedAt: null };
}
