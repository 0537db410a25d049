import { randomUUID } from 'node:crypto';
import type { Actor, ConfigurationChange, ConfigurationProblem, ManagedBy } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import type { ManagedColumns } from '../entities/managed.columns.js';
import type { ChangedFields } from './changed-fields.js';
import { sideOf, type ToldChange } from './told-change.js';

/** What one apply gathers on its way through the files. Everything happens in the transaction of `manager`. */
export class ApplyContext {
  private readonly noted: ToldChange[] = [];
  readonly problems: ConfigurationProblem[] = [];

  constructor(
    readonly manager: EntityManager,
    /** The revision that this apply makes, if it changes anything. */
    readonly nextRevision: number,
    /** Delete what vanished instead of disabling it. */
    readonly prune: boolean,
    /** Who applies. */
    readonly actor: Actor,
  ) {}

  /** All there are, those that change nothing included. */
  get changes(): readonly ConfigurationChange[] {
    return this.noted.map(({ change }) => change);
  }

  /** Those that change something. */
  get told(): readonly ToldChange[] {
    return this.noted.filter(({ change }) => change.action !== 'unchanged');
  }

  changed(
    kind: ConfigurationChange['kind'],
    action: ConfigurationChange['action'],
    name: string,
    fields: ChangedFields = {},
  ): void {
    const made = action === 'create';
    this.noted.push({
      change: { kind, action, name, fields: made ? [] : Object.keys(fields) },
      before: made ? null : sideOf(fields, 'before'),
      after: sideOf(fields, 'after'),
    });
  }
}

/** A new object of a file; of the API where the file is null. */
export function ownedBy(file: string | null, name: string): Omit<ManagedColumns, 'createdAt' | 'updatedAt'> {
  const managedBy: ManagedBy = file === null ? 'api' : 'file';
  return { id: randomUUID(), name, managedBy, file, disabled: false, deletedAt: null };
}
