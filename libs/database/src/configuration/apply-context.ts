import { randomUUID } from 'node:crypto';
import type { ConfigurationChange, ConfigurationProblem, ManagedBy } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import type { ManagedColumns } from '../entities/managed.columns.js';

/** What one apply gathers on its way through the files. Everything happens in the transaction of `manager`. */
export class ApplyContext {
  readonly changes: ConfigurationChange[] = [];
  readonly problems: ConfigurationProblem[] = [];

  constructor(
    readonly manager: EntityManager,
    /** The revision that this apply makes, if it changes anything. */
    readonly nextRevision: number,
    /** Delete what vanished instead of disabling it. */
    readonly prune: boolean,
    /** Who applies. */
    readonly actor: string,
  ) {}

  changed(
    kind: ConfigurationChange['kind'],
    action: ConfigurationChange['action'],
    name: string,
    fields: string[] = [],
  ): void {
    this.changes.push({ kind, action, name, fields });
  }
}

/** A new object of a file; of the API where the file is null. */
export function ownedBy(file: string | null, name: string): Omit<ManagedColumns, 'createdAt' | 'updatedAt'> {
  const managedBy: ManagedBy = file === null ? 'api' : 'file';
  return { id: randomUUID(), name, managedBy, file, disabled: false, deletedAt: null };
}
