import { randomUUID } from 'node:crypto';
import {
  fileForm,
  jsonChanges,
  type Actor,
  type AffectedDeliveries,
  type ConfigurationChange,
  type ConfigurationFieldChange,
  type ConfigurationProblem,
  type ManagedBy,
  type SettingsVersions,
} from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import type { ManagedColumns } from '../entities/managed.columns.js';
import { readHubKey } from '../keys/hub-key.js';
import type { ChangedFields } from './changed-fields.js';
import { NewRows } from './new-rows.js';
import { sideOf, type AuditedChange } from './audited-change.js';
import { raiseRevision, recordRevision } from './revision.js';

/** Maximum number of changed fields in a result, and maximum size of their values, in characters of their JSON. */
const MAX_FIELD_CHANGES = 1_000;
const FIELD_CHANGES_SIZE = 2_000_000;

/** State that an apply collects while it processes the files, in the transaction of `manager`. */
export class ApplyContext {
  private readonly recorded: AuditedChange[] = [];
  readonly problems: ConfigurationProblem[] = [];
  /** Destinations whose waiting deliveries this apply affects, by destination id. */
  readonly affected = new Map<string, Omit<AffectedDeliveries, 'count'>>();
  /** Ids of the destinations that this apply disables. */
  readonly disabledDestinations: string[] = [];
  readonly newRows = new NewRows();
  /** Retention classes whose partitions are known to exist. */
  readonly retentions = new Set<number>();
  private hubKey: Promise<Buffer | null> | undefined;
  /** Brands that change from `pii-less` to `standard`. */
  readonly leavesPiiLess: string[] = [];
  /** Ids of the subscription versions that {@link withRevision} ends. */
  readonly endedVersions: string[] = [];
  private readonly numbered: ((revision: number) => Promise<unknown>)[] = [];

  constructor(
    readonly manager: EntityManager,
    readonly settingsVersions: SettingsVersions,
    /** True if objects missing from the files are deleted. False if such objects are disabled. */
    readonly prune: boolean,
    /** Actor that applies the files. */
    readonly actor: Actor,
  ) {}

  /** Reads the hub's wrapped data key. The key is read only once per apply. */
  readHubKey(): Promise<Buffer | null> {
    this.hubKey ??= readHubKey(this.manager);
    return this.hubKey;
  }

  /** Adds work that needs the number of the revision. The number is given out last, see {@link publish}. */
  withRevision(work: (revision: number) => Promise<unknown>): void {
    this.numbered.push(work);
  }

  /**
   * Gives the changed brands the next revision and does the work that needs its number. Must run last in the transaction.
   * @param brandIds ids of the brands that this apply changed
   * @returns the new revision
   */
  async publish(brandIds: readonly string[]): Promise<number> {
    const { manager, actor, auditedChanges } = this;
    const revision = await raiseRevision(manager, brandIds);
    for (const work of this.numbered) await work(revision);
    await this.newRows.insertVersions(manager, revision);
    await recordRevision(manager, revision, actor, auditedChanges);
    return revision;
  }

  /** Results for all objects, including objects that did not change. */
  get changes(): readonly ConfigurationChange[] {
    return this.recorded.map(({ change }) => change);
  }

  /** Results for the objects that changed. */
  get auditedChanges(): readonly AuditedChange[] {
    return this.recorded.filter(({ change }) => change.action !== 'unchanged');
  }

  /** Changed fields of existing objects, as brand files write them, with masked secrets. */
  get fieldChanges(): readonly ConfigurationFieldChange[] {
    const changes: ConfigurationFieldChange[] = [];
    let size = 0;
    for (const { change, before, after } of this.recorded) {
      if (before === null || after === null) continue;
      const { kind, name } = change;
      for (const one of jsonChanges(fileForm(before), fileForm(after))) {
        size += JSON.stringify(one).length;
        if (changes.length === MAX_FIELD_CHANGES || size > FIELD_CHANGES_SIZE) return changes;
        changes.push({ kind, name, ...one });
      }
    }
    return changes;
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

/** Returns the management columns of a new object. The file manages the object, or the API if the file is null. */
export function ownedBy(file: string | null, name: string): Omit<ManagedColumns, 'createdAt' | 'updatedAt'> {
  const managedBy: ManagedBy = file === null ? 'api' : 'file';
  return { id: randomUUID(), name, managedBy, file, disabled: false, deletedAt: null };
}
