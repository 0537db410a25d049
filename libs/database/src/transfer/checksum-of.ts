import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { LineChecksum, type RowsChecksum } from './line-checksum.js';
import type { CatalogRelation } from './relation-catalog.js';

/** Returns the names of columns as a list in SQL. */
export function columnList(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

/** Reads all rows of a table or partition, and returns their checksum. */
export async function checksumOf(
  client: ClientBase,
  { name, columns }: Pick<CatalogRelation, 'name' | 'columns'>,
): Promise<RowsChecksum> {
  const checksum = new LineChecksum();
  // Nobody reads the rows that the checksum passes on.
  checksum.resume();
  await pipeline(client.query(copyTo(`COPY ${name} (${columnList(columns)}) TO STDOUT`)), checksum);
  return checksum.result();
}
