import type { FilePosition, FileRow, ImportFormat, OpenFile } from '@patchbay/core';
import { readCsv } from './read-csv.js';
import { readNdjson } from './read-ndjson.js';

/** Reads the rows of a file after a position, see `ReadRows` of `@patchbay/core`. */
export function readRows(open: OpenFile, format: ImportFormat, from: FilePosition): AsyncIterable<FileRow> {
  return format.format === 'csv' ? readCsv(open, format, from) : readNdjson(open, from);
}
