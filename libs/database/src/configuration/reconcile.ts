import type { ConfigurationChange } from '@patchbay/core';
import type { ManagedColumns } from '../entities/managed.columns.js';
import type { ApplyContext } from './apply-context.js';
import { changedFields, type ChangedFields } from './changed-fields.js';

/** How one kind of object gets from its rows to what a file, or the API, says. */
export interface Reconciliation<Spec extends { readonly name: string }, Row extends ManagedColumns> {
  readonly context: ApplyContext;
  readonly kind: Exclude<ConfigurationChange['kind'], 'brand'>;
  readonly brand: string;
  /** Null: what the API manages is reconciled. */
  readonly file: string | null;
  readonly specs: readonly Spec[];
  /** Rows of the brand that are not deleted. */
  readonly rows: readonly Row[];
  /** The fields that differ, `file` aside; all that the spec says where there is no row yet. */
  differs(row: Row | undefined, spec: Spec): ChangedFields;
  /** Makes a row and gathers it in the context's new rows. */
  create(spec: Spec): Row;
  /** Writes what the spec says; the row is in force again afterwards. */
  update(row: Row, spec: Spec, fields: readonly string[]): Promise<Row>;
  disable(row: Row): Promise<void>;
  remove(row: Row): Promise<void>;
}

/** Creates and updates what the file names. Returns the rows in force afterwards by name, those of the API and the hub too. */
export async function reconcileNamed<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
): Promise<ReadonlyMap<string, Row>> {
  const known = new Map(work.rows.map((row) => [row.name, row]));
  const inForce = new Map(work.rows.filter(({ managedBy }) => managedBy !== 'file').map((row) => [row.name, row]));
  for (const spec of work.specs) {
    const row = known.get(spec.name);
    if (row !== undefined && row.managedBy !== 'file') {
      const made = row.managedBy === 'hub' ? `is the hub's own. C` : 'was made over the API. Delete it there, or c';
      work.context.problems.push({
        ...(work.file === null ? {} : { file: work.file }),
        field: `${work.kind}s.${spec.name}`,
        message: `A ${work.kind} of this name ${made}hoose another name here.`,
      });
      continue;
    }
    inForce.set(spec.name, await put(work, row, spec));
  }
  return inForce;
}

/** Disables or deletes what the file does not name any more. */
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

/** Makes one object, or brings it to what its spec says. Returns its row. */
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

/** Deletes one object. */
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
