import type { ClientBase } from 'pg';
import { inDependencyOrder, type Reference } from './dependency-order.js';

/** Table, or partition of a table, that contains rows. */
export interface CatalogRelation {
  readonly name: string;
  /** Table to which all partitions belong, such as `events`; the own name of a table without partitions. */
  readonly table: string;
  readonly partition: { readonly parent: string; readonly bounds: string } | null;
  readonly storage: readonly string[];
  readonly columns: readonly string[];
}

/**
 * Tables that describe only running processes or this database. Running hubs write them anew, and migrations have a table
 * of their own in each database.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['leases', 'locks', 'migrations', 'workers']);

/** Relations that are attached to a table or have no parent. A detached partition waits to be dropped, so it is left out. */
const RELATIONS = `
WITH RECURSIVE tree AS (
  SELECT c.oid, c.relname::text AS root FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname !~ '_d[0-9]+_[0-9]{8,10}$'
  UNION ALL
  SELECT i.inhrelid, tree.root FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid AND NOT i.inhdetachpending
)
SELECT c.relname::text AS name, tree.root AS "table", p.relname::text AS parent,
  pg_get_expr(c.relpartbound, c.oid) AS bounds, coalesce(c.reloptions, '{}') AS storage,
  ARRAY(
    SELECT a.attname::text FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
  ) AS columns
FROM tree JOIN pg_class c ON c.oid = tree.oid AND c.relkind = 'r'
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
ORDER BY c.relname`;

const REFERENCES = `
SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace`;

interface RelationRow extends Omit<CatalogRelation, 'partition'> {
  readonly parent: string | null;
  readonly bounds: string | null;
}

/** Reads the relations with rows to transfer, each after the tables that it references. */
export async function readRelations(client: ClientBase): Promise<readonly CatalogRelation[]> {
  const { rows } = await client.query<RelationRow>(RELATIONS);
  const { rows: references } = await client.query<Reference>(REFERENCES);
  const order = inDependencyOrder([...new Set(rows.map(({ table }) => table))], references);
  return order
    .filter((table) => !LEFT_OUT.has(table))
    .flatMap((table) => rows.filter((row) => row.table === table))
    .map(({ parent, bounds, ...relation }) => ({
      ...relation,
      partition: parent === null || bounds === null ? null : { parent, bounds },
    }));
}

/** Reads the names of the migrations that ran, in their order. Returns an empty list for an empty database. */
export async function readMigrations(client: ClientBase): Promise<readonly string[]> {
  const { rows: found } = await client.query<{ isThere: boolean }>(
    `SELECT to_regclass(current_schema() || '.migrations') IS NOT NULL AS "isThere"`,
  );
  if (found[0]?.isThere !== true) return [];
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp, id');
  return rows.map(({ name }) => name);
}

/** Reads the last values of the sequences that the transferred tables use. */
export async function readSequences(client: ClientBase): Promise<Readonly<Record<string, string>>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `SELECT sequencename::text AS name, last_value::text AS value FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename <> 'migrations_id_seq'
    ORDER BY sequencename`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/**
 * Reads a text that identifies the database: the cluster, its timeline, and the database in the cluster. The timeline
 * changes when a copy of a cluster is restored to an earlier time.
 */
export async function readDatabaseId(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT concat_ws('/', (pg_control_system()).system_identifier, (pg_control_checkpoint()).timeline_id, oid) AS id
    FROM pg_database WHERE datname = current_database()`,
  );
  return rows[0]?.id ?? '';
}
