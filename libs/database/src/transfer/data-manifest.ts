import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataTransferError } from './data-transfer.error.js';

/** Table, or partition of a table, with its exported rows. */
export interface ExportedRelation {
  readonly name: string;
  /** Table of which it is a partition, and the bounds as PostgreSQL prints them. Null for a table without a parent. */
  readonly partition: { readonly parent: string; readonly bounds: string } | null;
  /** Storage options, such as `fillfactor=85`. */
  readonly storage: readonly string[];
  readonly columns: readonly string[];
  readonly rows: number;
  readonly checksum: string;
  /** Value that changes when a row of the exported table is written. */
  readonly fingerprint: string;
}

/** Content of an export. */
export interface DataManifest {
  readonly format: 1;
  /** Text that identifies the exported database. Fingerprints of other databases may be equal by chance. */
  readonly database: string;
  /** Name of the only exported brand. Null if the export has all brands. */
  readonly brand: string | null;
  /** Names of the migrations of the exported database, in their order. */
  readonly migrations: readonly string[];
  /** Relations in the order of their import. */
  readonly relations: readonly ExportedRelation[];
  /** Last values of sequences. */
  readonly sequences: Readonly<Record<string, string>>;
  /** False while the export runs, and after it was interrupted. */
  readonly isComplete: boolean;
}

const FILE = 'manifest.json';

/** Returns the path of the file with the rows of a relation. */
export function rowsFile(folder: string, name: string): string {
  return join(folder, `${name}.copy.gz`);
}

/** Reads the manifest of a folder. Returns null if there is none. Throws a DataTransferError if it is not valid. */
export async function readManifest(folder: string): Promise<DataManifest | null> {
  const text = await readFile(join(folder, FILE), 'utf8').catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const content = parsed(text);
  if (isManifest(content)) return content;
  throw new DataTransferError(
    `${join(folder, FILE)} is not the manifest of an export. Copy the folder of the export again, or export to a new folder.`,
  );
}

/** Parses JSON. Returns undefined for other text, such as the beginning of a file. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes the manifest of a folder. A reader sees the former or the new content, never a part. */
export async function writeManifest(folder: string, manifest: DataManifest): Promise<void> {
  const path = join(folder, FILE);
  await writeFile(`${path}.part`, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
  await rename(`${path}.part`, path);
}

const NAME = /^[a-z_][a-z0-9_]*$/;
/** Bounds of a partition as PostgreSQL prints them. */
const BOUNDS = (() => {
  const value = String.raw`(?:'[^'\\]*'|-?\d+|true|false|NULL|MINVALUE|MAXVALUE)`;
  const list = String.raw`\(${value}(?:, ${value})*\)`;
  return new RegExp(`^(?:DEFAULT|FOR VALUES IN ${list}|FOR VALUES FROM ${list} TO ${list})$`);
})();
const STORAGE = /^[a-z_.]+=[\w.+-]+$/;

/** Checks the parts that the import relies on. Names, bounds and storage options become part of SQL. */
function isManifest(content: unknown): content is DataManifest {
  if (!isObject(content)) return false;
  const { format, migrations, relations, sequences, isComplete } = content;
  return (
    format === 1 &&
    typeof isComplete === 'boolean' &&
    Array.isArray(migrations) &&
    migrations.every((name) => typeof name === 'string') &&
    Array.isArray(relations) &&
    relations.every(isRelation) &&
    isObject(sequences) &&
    Object.keys(sequences).every((name) => isText(NAME, name))
  );
}

function isRelation(relation: unknown): boolean {
  if (!isObject(relation)) return false;
  const { name, columns, rows, checksum, partition, storage } = relation;
  return (
    isText(NAME, name) &&
    Array.isArray(columns) &&
    columns.every((column) => isText(NAME, column)) &&
    Number.isSafeInteger(rows) &&
    typeof checksum === 'string' &&
    Array.isArray(storage) &&
    storage.every((option) => isText(STORAGE, option)) &&
    (partition === null ||
      (isObject(partition) && isText(NAME, partition['parent']) && isText(BOUNDS, partition['bounds'])))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value);
}
