import type { Vault } from '@patchbay/core';
import type { ClientBase } from 'pg';
import { createDataSource } from '../connections/data-source.js';
import { checksumOf } from '../transfer/checksum-of.js';
import { readManifest } from '../transfer/data-manifest.js';
import { readMigrations, readRelations } from '../transfer/relation-catalog.js';
import { withTransferSession } from '../transfer/transfer-session.js';
import { openSealedValues } from './sealed-values.js';

/** Restored copy to check. */
export interface CopyCheckOptions {
  /** Address of PostgreSQL itself. */
  readonly url: string;
  /** Creates the vault from the hub's wrapped key. Throws a VaultError if the master key is another one. */
  readonly openVault: (hubKey: Uint8Array) => Vault;
  /** Folder of an export that the copy has to equal. If absent, no numbers of rows are compared. */
  readonly exportFolder?: string;
}

/** Result of one check. */
export interface CopyFinding {
  readonly name: string;
  /** Facts in one line. */
  readonly facts: string;
  /** Problems, each with its fix. */
  readonly problems: readonly string[];
}

/** Checks that a restored copy of the database is complete, and that its secrets can be opened. Writes nothing. */
export function checkCopy(options: CopyCheckOptions): Promise<readonly CopyFinding[]> {
  return withTransferSession(options.url, async (client) => {
    await client.query('SET default_transaction_read_only = on');
    const schema = await checkSchema(client, options.url);
    if (schema.problems.length > 0) return [schema];
    return [
      schema,
      await checkIndexes(client),
      await checkRows(client, options.exportFolder),
      await checkReferences(client),
      await checkNewestEvent(client),
      await checkSecrets(client, options.openVault),
    ];
  });
}

async function checkSchema(client: ClientBase, url: string): Promise<CopyFinding> {
  const found = await readMigrations(client);
  const missing = migrationsOf(url, 'expanding').filter((name) => !found.includes(name));
  const newer = found.filter((name) => !migrationsOf(url, 'all').includes(name));
  const problems: string[] = [];
  if (found.length === 0) problems.push('The database has no tables of Patchbay. Check DATABASE_URL and the restore.');
  else if (newer.length > 0)
    problems.push(`A newer version made this database (${newer.join(', ')}). Run the check of that version.`);
  else if (missing.length > 0)
    problems.push(
      `An earlier version made this database (${missing.join(', ')} missing). Run the check of that version.`,
    );
  return { name: 'schema', facts: `${found.length} migrations, the newest is ${found.at(-1) ?? 'none'}`, problems };
}

/** Returns the names of the migrations of this version. */
function migrationsOf(url: string, set: 'all' | 'expanding'): readonly string[] {
  const { migrations } = createDataSource({ url, migrations: set, onError: () => undefined }).options;
  return Object.values(migrations ?? []).map((migration: unknown) =>
    typeof migration === 'function' ? migration.name : String(migration),
  );
}

async function checkIndexes(client: ClientBase): Promise<CopyFinding> {
  const { rows } = await client.query<{ name: string; isValid: boolean }>(
    `SELECT c.relname::text AS name, i.indisvalid AND i.indisready AS "isValid"
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = current_schema()::regnamespace
    ORDER BY 1`,
  );
  const invalid = rows.filter(({ isValid }) => !isValid).map(({ name }) => name);
  const problems = invalid.length === 0 ? [] : [`These indexes are not valid: ${invalid.join(', ')}. Run REINDEX.`];
  return { name: 'indexes', facts: `${rows.length} indexes`, problems };
}

/** Reads every row, so that damaged pages are found, and compares the rows with an export. */
async function checkRows(client: ClientBase, exportFolder: string | undefined): Promise<CopyFinding> {
  const manifest = exportFolder === undefined ? null : await readManifest(exportFolder);
  const problems: string[] = [];
  if (exportFolder !== undefined && manifest?.isComplete !== true)
    problems.push(`${exportFolder} contains no complete export. Correct the folder.`);
  const relations = await readRelations(client);
  const missing = (manifest?.relations ?? []).filter(({ name }) => relations.every((one) => one.name !== name));
  problems.push(...missing.map(({ name }) => `The table ${name} of the export is missing. Restore the copy again.`));
  let rows = 0;
  for (const relation of relations) {
    const { expected, found } = {
      expected: manifest?.relations.find(({ name }) => name === relation.name),
      found: await checksumOf(client, relation),
    };
    rows += found.rows;
    if (expected !== undefined && (expected.rows !== found.rows || expected.checksum !== found.checksum))
      problems.push(
        `${relation.name} has ${found.rows} rows and the export ${expected.rows}, or their content differs. Restore the copy again.`,
      );
  }
  return { name: 'rows', facts: `${rows} rows in ${relations.length} tables and partitions read`, problems };
}

/** Rows that must refer to other rows, although no foreign key enforces it. */
const REFERENCES: readonly { readonly what: string; readonly query: string }[] = [
  {
    what: 'waiting deliveries without their event',
    query: `SELECT FROM deliveries_waiting d WHERE NOT EXISTS (
      SELECT FROM events e WHERE e.id = d.event_id AND e.retention_days = d.retention_days)`,
  },
  {
    what: 'waiting deliveries without their subscription version',
    query: `SELECT FROM deliveries_waiting d WHERE NOT EXISTS (
      SELECT FROM subscription_versions v WHERE v.id = d.subscription_version_id)`,
  },
  {
    what: 'brands without a revision',
    query: 'SELECT FROM brands b WHERE NOT EXISTS (SELECT FROM brand_revisions r WHERE r.brand_id = b.id)',
  },
  {
    what: 'destinations without a state',
    query:
      'SELECT FROM destinations d WHERE NOT EXISTS (SELECT FROM destination_states s WHERE s.destination_id = d.id)',
  },
  {
    what: 'entries of the outbox after the end of their sequence',
    query: `SELECT FROM message_outbox WHERE id > (
      SELECT coalesce(last_value, 0) FROM pg_sequences
      WHERE schemaname = current_schema() AND sequencename = 'message_outbox_id_seq')`,
  },
];

async function checkReferences(client: ClientBase): Promise<CopyFinding> {
  const problems: string[] = [];
  for (const { what, query } of REFERENCES) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM (${query}) missing`);
    const count = Number(rows[0]?.count ?? 0);
    if (count > 0) problems.push(`There are ${count} ${what}. The copy is incomplete: restore it again.`);
  }
  return { name: 'references', facts: `${REFERENCES.length} kinds of references`, problems };
}

async function checkNewestEvent(client: ClientBase): Promise<CopyFinding> {
  const { rows } = await client.query<{ newest: string | null }>('SELECT max(received_at)::text AS newest FROM events');
  const newest = rows[0]?.newest ?? null;
  const facts = newest === null ? 'there are no events' : `${newest}. Compare this time with the time of the backup`;
  return { name: 'newest event', facts, problems: [] };
}

async function checkSecrets(client: ClientBase, openVault: CopyCheckOptions['openVault']): Promise<CopyFinding> {
  const { rows } = await client.query<{ key: Buffer }>('SELECT wrapped_key AS key FROM hub_key');
  const name = 'secrets';
  if (rows[0] === undefined)
    return {
      name,
      facts: '',
      problems: ["The hub's data key is missing: no hub ever started, or the copy is incomplete."],
    };
  let vault: Vault;
  try {
    vault = openVault(rows[0].key);
  } catch (error) {
    return { name, facts: '', problems: [error instanceof Error ? error.message : String(error)] };
  }
  const { opened, problems } = await openSealedValues(client, vault);
  const kinds = Object.entries(opened).filter(([, count]) => count > 0);
  const facts =
    kinds.length === 0 ? 'nothing is encrypted' : kinds.map(([kind, count]) => `${count} ${kind}`).join(', ');
  return { name, facts: `opened ${facts}`, problems };
}
