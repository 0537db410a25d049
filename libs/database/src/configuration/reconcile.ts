import type { ConfigurationChange } from '@patchbay/core';
import type { ManagedColumns } from '../entities/managed.columns.js';
import type { ApplyContext } from './apply-context.js';
import { changedFields, type ChangedFields } from './changed-fields.js';

/**
 * Reconciliation of one kind of object. Compares rows with the specs of a file or an API edit, and changes the rows.
 */
export interface Reconciliation<Spec extends { readonly name: string }, Row extends ManagedColumns> {
  readonly context: ApplyContext;
  readonly kind: Exclude<ConfigurationChange['kind'], 'brand'>;
  readonly brand: string;
  /** File that manages the objects. Null if the API manages the objects. */
  readonly file: string | null;
  readonly specs: readonly Spec[];
  /** Rows of the brand's objects that are not deleted. */
  readonly rows: readonly Row[];
  /**
   * Returns the fields in which a row and its spec differ, except `file`. Returns all fields if the row does not exist
   * yet.
   */
  differs(row: Row | undefined, spec: Spec): ChangedFields;
  /** Creates a row from a spec and adds the row to the context's new rows. */
  create(spec: Spec): Row;
  /** Writes the spec to the row and enables the object. */
  update(row: Row, spec: Spec, fields: readonly string[]): Promise<Row>;
  disable(row: Row): Promise<void>;
  remove(row: Row): Promise<void>;
}

/**
 * Creates and updates the objects that the file names. Returns all enabled rows by name, including rows that the API or
 * the hub manages.
 */
export async function reconcileNamed<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
): Promise<ReadonlyMap<string, Row>> {
  const known = new Map(work.rows.map((row) => [row.name, row]));
  const inForce = new Map(work.rows.filter(({ managedBy }) => managedBy !== 'file').map((row) => [row.name, row]));
  for (const spec of work.specs) {
    const row = known.get(spec.name);
    if (row !== undefined && row.managedBy !== 'file') {
      const conflict =
        row.managedBy === 'hub'
          ? `is created by the hub. Choose another name.`
          : 'was created through the API. Delete it there, or choose another name here.';
      work.context.problems.push({
        ...(work.file === null ? {} : { file: work.file }),
        field: `${work.kind}s.${spec.name}`,
        message: `The ${work.kind} ${spec.name} already exists and ${conflict}`,
      });
      continue;
    }
    inForce.set(spec.name, await put(work, row, spec));
  }
  return inForce;
}

/** Disables or deletes objects that the file no longer names. */
export async function reconcileVanished<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
): Promise<void> {
  const named = new Set(work.specs.map(({ name }) => name));
  for (const row of work.rows) {
    if (row.managedBy !== 'file' || named.has(row.name)) continue;
    if (work.context.prune) {
      await remove(work, row);
    } else if (!row.disabled) {
      await work.disable(row);
      work.context.recordChange(work.kind, 'disable', `${work.brand}/${row.name}`);
    }
  }
}

/** Creates or updates one configuration object. Returns its row. */
export function put<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
  row: Row | undefined,
  spec: Spec,
): Promise<Row> {
  return row === undefined ? Promise.resolve(created(work, spec)) : updated(work, row, spec);
}

function created<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
  spec: Spec,
): Row {
  const row = work.create(spec);
  work.context.recordChange(work.kind, 'create', `${work.brand}/${spec.name}`, work.differs(undefined, spec));
  return row;
}

/** Deletes one configuration object. */
export async function remove<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
  row: Row,
): Promise<void> {
  await work.remove(row);
  work.context.recordChange(work.kind, 'delete', `${work.brand}/${row.name}`);
}

async function updated<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
  row: Row,
  spec: Spec,
): Promise<Row> {
  const changed = { ...work.differs(row, spec), ...changedFields({ file: [row.file, work.file] }) };
  const fields = Object.keys(changed);
  const action = row.disabled ? 'enable' : fields.length > 0 ? 'update' : 'unchanged';
  work.context.recordChange(work.kind, action, `${work.brand}/${spec.name}`, changed);
  return action === 'unchanged' ? row : work.update(row, spec, fields);
}
