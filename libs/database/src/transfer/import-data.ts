import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrate, migrateTo } from '../connections/migrate.js';
import { checksumOf, columnList } from './checksum-of.js';
import { readManifest, rowsFile, type DataManifest, type ExportedRelation } from './data-manifest.js';
import { DataTransferError } from './data-transfer.error.js';
import { LineChecksum, type RowsChecksum } from './line-checksum.js';
import { readMigrations } from './relation-catalog.js';
import { withTransferSession } from './transfer-session.js';

/** Source and target of an import. */
export interface ImportOptions {
  /** Address of PostgreSQL itself, for an empty database or one in which an import was interrupted. */
  readonly url: string;
  /** Folder of a complete export. */
  readonly folder: string;
  /** Called after each relation. `isKept` is true if an earlier run imported the same rows. */
  readonly onRelation?: (relation: ExportedRelation, isKept: boolean) => void;
}

/** Tables that migrations and triggers fill. The import replaces their rows, after all other tables. */
const FILLED_BY_SCHEMA: ReadonlySet<string> = new Set([
  'configuration',
  'destination_state_counter',
  'destination_states',
  'schema_compatibility',
]);

/**
 * Imports an export into an empty database. Creates the schema of the exported database. Imports and compares the rows of
 * each table in a transaction of its own. Then runs the migrations that were added since the export. If the call is
 * interrupted, the next call continues.
 * @returns the manifest of the export
 * @throws DataTransferError if the export is incomplete or newer than this program, or the database has other rows
 */
export async function importData({ url, folder, onRelation }: ImportOptions): Promise<DataManifest> {
  const manifest = await readManifest(folder);
  if (manifest === null) throw new DataTransferError(`${folder} contains no export. Run "patchbay data export" first.`);
  if (!manifest.isComplete)
    throw new DataTransferError(
      `The export in ${folder} is incomplete. Run "patchbay data export" again to complete it.`,
    );
  const found = await withTransferSession(url, readMigrations);
  const added = found.filter((name) => !manifest.migrations.includes(name));
  if (added.length > 0)
    throw new DataTransferError(
      'The database has a newer schema than the export. Create an empty database, and do not start a hub on it before the ' +
        'import has ended.',
    );
  await migrateTo(url, manifest.migrations);
  const known = await withTransferSession(url, readMigrations);
  const unknown = manifest.migrations.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new DataTransferError(
      `The export has the migrations ${unknown.join(', ')}, which this version of Patchbay does not know. Use the version ` +
        'that exported the data, or a newer one.',
    );
  await withTransferSession(url, (client) => importRelations(client, folder, manifest, onRelation));
  await migrate(url);
  return manifest;
}

async function importRelations(
  client: ClientBase,
  folder: string,
  { relations, sequences }: DataManifest,
  onRelation: ImportOptions['onRelation'],
): Promise<void> {
  for (const relation of relations) await createPartition(client, relation);
  const imported = await importedRelations(client, relations);
  const isLast = ({ name }: ExportedRelation): boolean => FILLED_BY_SCHEMA.has(name);
  for (const relation of [...relations.filter((one) => !isLast(one)), ...relations.filter(isLast)]) {
    const isKept = imported.has(relation.name);
    if (!isKept) await importRelation(client, folder, relation);
    onRelation?.(relation, isKept);
  }
  for (const [name, value] of Object.entries(sequences)) await client.query('SELECT setval($1, $2)', [name, value]);
  await client.query('ANALYZE');
}

async function createPartition(client: ClientBase, { name, partition, storage }: ExportedRelation): Promise<void> {
  if (partition === null) return;
  const { rows } = await client.query<{ isThere: boolean }>('SELECT to_regclass($1) IS NOT NULL AS "isThere"', [name]);
  if (rows[0]?.isThere === true) return;
  const options = storage.length === 0 ? '' : `WITH (${storage.join(', ')})`;
  await inTransaction(client, async () => {
    await client.query(`CREATE TABLE ${name} (LIKE ${partition.parent} INCLUDING ALL) ${options}`);
    await client.query(`ALTER TABLE ${partition.parent} ATTACH PARTITION ${name} ${partition.bounds}`);
  });
}

/**
 * Returns the names of the relations whose rows are already the exported ones. Throws a DataTransferError if a relation has
 * other rows, before anything is changed.
 */
async function importedRelations(
  client: ClientBase,
  relations: readonly ExportedRelation[],
): Promise<ReadonlySet<string>> {
  const imported = new Set<string>();
  for (const relation of relations) {
    const { rows } = await client.query(`SELECT FROM ${relation.name} LIMIT 1`);
    if (rows.length === 0 ? relation.rows === 0 : isSame(await checksumOf(client, relation), relation))
      imported.add(relation.name);
    else if (rows.length > 0 && !FILLED_BY_SCHEMA.has(relation.name))
      throw new DataTransferError(
        `The table ${relation.name} already has other rows than the export. Create an empty database, and do not start a ` +
          'hub on it before the import has ended.',
      );
  }
  return imported;
}

function importRelation(client: ClientBase, folder: string, relation: ExportedRelation): Promise<void> {
  const { name } = relation;
  return inTransaction(client, async () => {
    if (FILLED_BY_SCHEMA.has(name)) await client.query(`DELETE FROM ${name}`);
    const read = new LineChecksum();
    const target = client.query(copyFrom(`COPY ${name} (${columnList(relation.columns)}) FROM STDIN`));
    await pipeline(createReadStream(rowsFile(folder, name)), createGunzip(), read, target).catch((error: unknown) => {
      throw damageOf(error, rowsFile(folder, name), { found: read.result().rows, expected: relation.rows }) ?? error;
    });
    if (!isSame(read.result(), relation))
      throw new DataTransferError(
        `${rowsFile(folder, name)} does not have the exported rows. Delete the file and run "patchbay data export" again.`,
      );
    if (!isSame(await checksumOf(client, relation), relation))
      throw new DataTransferError(`PostgreSQL stored other rows of ${name} than the export has. Report this as a bug.`);
  });
}

/**
 * Returns the error for a file that is missing, ends too early, or cannot be decompressed. Null if the file is not the cause
 * of an error.
 */
function damageOf(
  error: unknown,
  file: string,
  rows: { readonly found: number; readonly expected: number },
): DataTransferError | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const damage = typeof code === 'string' ? DAMAGES[code] : undefined;
  if (damage === undefined) return null;
  return new DataTransferError(
    `${file} ${damage}: ${rows.found} of ${rows.expected} rows could be read. Copy the folder of the export again, or delete ` +
      'the file and run "patchbay data export" again. Then repeat the import, which continues with this table.',
  );
}

/** Damages of a file by the code of the error. */
const DAMAGES: Readonly<Record<string, string>> = {
  ENOENT: 'is missing',
  Z_BUF_ERROR: 'ends too early',
  Z_DATA_ERROR: 'is damaged',
};

function isSame(one: RowsChecksum, other: RowsChecksum): boolean {
  return one.rows === other.rows && one.checksum === other.checksum;
}

async function inTransaction(client: ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    // A broken connection has no transaction to end.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
