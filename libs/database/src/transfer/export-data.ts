import { createWriteStream } from 'node:fs';
import { access, mkdir, rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { columnList } from './checksum-of.js';
import { readManifest, rowsFile, writeManifest, type DataManifest, type ExportedRelation } from './data-manifest.js';
import { DataTransferError } from './data-transfer.error.js';
import { LineChecksum } from './line-checksum.js';
import {
  readDatabaseId,
  readMigrations,
  readRelations,
  readSequences,
  type CatalogRelation,
} from './relation-catalog.js';
import { rowsOfBrand } from './rows-of-brand.js';
import { withTransferSession } from './transfer-session.js';

/** Source and target of an export. */
export interface ExportOptions {
  /** Address of PostgreSQL itself. */
  readonly url: string;
  /** Folder for the files. The export creates it, or continues in it. */
  readonly folder: string;
  /** Name of the only brand to export. All brands if absent. */
  readonly brand?: string;
  /** Called after each relation. `isKept` is true if an earlier run exported the same rows. */
  readonly onRelation?: (relation: ExportedRelation, isKept: boolean) => void;
}

/** Relation to export, and the condition for its rows. */
interface Wanted extends CatalogRelation {
  readonly condition: string;
}

/**
 * Exports the rows of all tables into a folder: one compressed file per table or partition, and a manifest. Values that
 * are encrypted in the database stay encrypted. If the folder contains an earlier export, the call exports only what
 * changed since then.
 *
 * The hub must be stopped. At the end, the call checks that no table was written since the table was exported.
 * @throws DataTransferError if a table was written meanwhile, or if the folder contains another export
 */
export function exportData({ url, folder, brand, onRelation }: ExportOptions): Promise<DataManifest> {
  return withTransferSession(url, async (client) => {
    const brandId = brand === undefined ? null : await idOfBrand(client, brand);
    const wanted = (await readRelations(client)).map((relation) => ({
      ...relation,
      condition: brandId === null ? 'true' : rowsOfBrand(relation.table, relation.columns, brandId),
    }));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const earlier = await readManifest(folder);
    if (earlier !== null && earlier.brand !== (brand ?? null))
      throw new DataTransferError(`${folder} contains the export of other brands. Choose another folder.`);
    const database = await readDatabaseId(client);
    if (earlier !== null && earlier.database !== database)
      throw new DataTransferError(`${folder} contains the export of another database. Choose another folder.`);
    const head = {
      format: 1 as const,
      database,
      brand: brand ?? null,
      migrations: await readMigrations(client),
      sequences: await readSequences(client),
    };
    const relations: ExportedRelation[] = [];
    for (const relation of wanted) {
      const fingerprint = await fingerprintOf(client, relation);
      const kept = earlier?.relations.find(
        (known) => known.name === relation.name && known.fingerprint === fingerprint && hasSameColumns(known, relation),
      );
      const isKept = kept !== undefined && (await isThere(rowsFile(folder, kept.name)));
      const exported = isKept ? kept : await exportRelation(client, folder, relation, fingerprint);
      relations.push(exported);
      const rest = (earlier?.relations ?? []).filter(({ name }) => relations.every((done) => done.name !== name));
      await writeManifest(folder, { ...head, relations: [...relations, ...rest], isComplete: false });
      onRelation?.(exported, isKept);
    }
    await refuseChanges(client, wanted, { relations, sequences: head.sequences });
    const manifest = { ...head, relations, isComplete: true };
    await writeManifest(folder, manifest);
    return manifest;
  });
}

async function idOfBrand(client: ClientBase, name: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM brands WHERE name = $1 AND deleted_at IS NULL', [
    name,
  ]);
  if (rows[0] === undefined) throw new DataTransferError(`There is no brand ${name} in the database. Check the name.`);
  return rows[0].id;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function hasSameColumns(one: Pick<CatalogRelation, 'columns'>, other: Pick<CatalogRelation, 'columns'>): boolean {
  return one.columns.join() === other.columns.join();
}

async function exportRelation(
  client: ClientBase,
  folder: string,
  { name, partition, storage, columns, condition }: Wanted,
  fingerprint: string,
): Promise<ExportedRelation> {
  const rows = client.query(copyTo(`COPY (SELECT ${columnList(columns)} FROM ${name} WHERE ${condition}) TO STDOUT`));
  const checksum = new LineChecksum();
  const file = rowsFile(folder, name);
  await pipeline(
    rows,
    checksum,
    createGzip({ level: constants.Z_BEST_SPEED }),
    createWriteStream(`${file}.part`, { mode: 0o600, flush: true }),
  );
  await rename(`${file}.part`, file);
  return { name, partition, storage, columns, ...checksum.result(), fingerprint };
}

/** Reads a value that changes when a row is inserted, updated or deleted: the sum over the versions of all rows. */
async function fingerprintOf(client: ClientBase, { name, condition }: Wanted): Promise<string> {
  const { rows } = await client.query<{ value: string }>(
    `SELECT count(*) || ':' || coalesce(sum(hashtextextended(${name}.ctid::text || ${name}.xmin::text, 0)::numeric), 0)
      AS value FROM ${name} WHERE ${condition}`,
  );
  return rows[0]?.value ?? '';
}

async function refuseChanges(
  client: ClientBase,
  wanted: readonly Wanted[],
  { relations: exported, sequences }: Pick<DataManifest, 'relations' | 'sequences'>,
): Promise<void> {
  const present = new Set((await readRelations(client)).map(({ name }) => name));
  // A hub creates a partition for each day, so its newest rows may be in a partition that was not exported.
  const changed = [...present].filter((name) => wanted.every((one) => one.name !== name));
  for (const relation of wanted) {
    const known = exported.find(({ name }) => name === relation.name);
    if (!present.has(relation.name) || (await fingerprintOf(client, relation)) !== known?.fingerprint)
      changed.push(relation.name);
  }
  // A row that was inserted and deleted meanwhile leaves only a higher value of its sequence.
  const values = await readSequences(client);
  changed.push(...Object.keys(values).filter((name) => values[name] !== sequences[name]));
  if (changed.length > 0)
    throw new DataTransferError(
      `The hub or another program wrote to ${changed.join(', ')} during the export. Stop all processes of the hub and run ` +
        'the same command again. It exports only what changed.',
    );
}
