import { finished } from 'node:stream/promises';
import {
  FILE_START,
  FileError,
  type FilePosition,
  type FileRow,
  type ImportFormat,
  type OpenFile,
} from '@patchbay/core';
import { CsvError, parse, type Info, type Parser } from 'csv-parse';

/**
 * Longest row that is read, with the empty lines before it, in bytes. Also bounds the memory for a quoted field whose
 * end is missing.
 */
const MAX_ROW_SIZE = 1024 * 1024;
const TOO_LONG = `a row is longer than ${MAX_ROW_SIZE} bytes with the empty lines before it, or a quoted field has no end`;
const MAX_COLUMNS = 5_000;
/** Bytes that are parsed at once, so that few rows are in memory and live events wait about 1 ms. */
const PIECE_BYTES = 8 * 1024;
/** Character that replaces bytes that are invalid in UTF-8. */
const REPLACEMENT = '\uFFFD';

/** Record of csv-parse with its position and its text. */
interface RawRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: Pick<Info, 'bytes' | 'lines'>;
}

/** Reads a CSV file (RFC 4180) whose first row names the columns. Every value is a text. Skips empty lines. */
export async function* readCsv(open: OpenFile, format: ImportFormat, from: FilePosition): AsyncGenerator<FileRow> {
  const header = await readHeader(open, format);
  if (header === null) return;
  const start = from.offset === 0 ? header.end : from;
  for await (const { record, raw, info } of records(open, format, start)) {
    const end = { offset: start.offset + info.bytes, line: start.line + info.lines };
    yield { end, content: contentOf(record, raw, header.columns) };
  }
}

interface Header {
  readonly columns: readonly string[];
  readonly end: FilePosition;
}

async function readHeader(open: OpenFile, format: ImportFormat): Promise<Header | null> {
  for await (const { record, raw, info } of records(open, format, FILE_START)) {
    const columns = record.map((name) => name.trim());
    if (raw.includes(REPLACEMENT)) {
      throw new FileError('The header line is not valid UTF-8. Set files.encoding to latin1, or convert the file.');
    }
    checkColumns(columns);
    return { columns, end: { offset: info.bytes, line: info.lines } };
  }
  return null;
}

function checkColumns(columns: readonly string[]): void {
  if (columns.length > MAX_COLUMNS) {
    throw new FileError(`The header line has ${columns.length} columns. Leave at most ${MAX_COLUMNS}.`);
  }
  const seen = new Map<string, number>();
  for (const [index, name] of columns.entries()) {
    const first = seen.get(name);
    if (first !== undefined) {
      throw new FileError(`Columns ${first + 1} and ${index + 1} of the header line have the same name. Rename one.`);
    }
    seen.set(name, index);
  }
}

async function* records(open: OpenFile, format: ImportFormat, from: FilePosition): AsyncGenerator<RawRecord> {
  let complete: RawRecord[] = [];
  let { line } = from;
  let bytesWritten = 0;
  let bytesOfRecords = 0;
  const takeComplete = (): readonly RawRecord[] => {
    const taken = complete;
    complete = [];
    return taken;
  };
  const parser = parse({
    delimiter: format.delimiter,
    encoding: format.encoding === 'latin1' ? 'latin1' : 'utf8',
    bom: from.offset === 0,
    info: true,
    raw: true,
    relaxColumnCount: true,
    // Platforms write a quote inside of a field that is not quoted. Without this option, such a row ends the file.
    relaxQuotes: true,
    skipEmptyLines: true,
    // The parser would drop its last records if it fails, so it hands them over here.
    onRecord: (record: unknown) => {
      if (!isRawRecord(record)) return null;
      complete.push(record);
      line = from.line + record.info.lines;
      bytesOfRecords = record.info.bytes;
      return null;
    },
  });
  parser.on('error', () => undefined);
  parser.resume();
  try {
    for await (const bytes of open(from.offset)) {
      for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
        const piece = bytes.subarray(start, start + PIECE_BYTES);
        await written(parser, piece);
        yield* takeComplete();
        // The limit of csv-parse counts no delimiters and no empty lines, but the parser keeps them in memory.
        bytesWritten += piece.length;
        if (bytesWritten - bytesOfRecords > MAX_ROW_SIZE) throw new FileError(failedAt(line + 1, TOO_LONG));
      }
    }
    parser.end();
    await finished(parser, { readable: false });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield* takeComplete();
    throw new FileError(failedAt(line + 1, reasonOf(error)));
  } finally {
    parser.destroy();
  }
  yield* takeComplete();
}

/** Returns true for a record as csv-parse makes it with the options `raw` and `info`, which its types leave out. */
function isRawRecord(record: unknown): record is RawRecord {
  return typeof record === 'object' && record !== null && 'record' in record && 'raw' in record && 'info' in record;
}

function written(parser: Parser, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(bytes, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/**
 * Returns the message of a file that cannot be read any further.
 * @param line first line of the row that cannot be read
 */
function failedAt(line: number, why: string): string {
  return `The file could not be read any further at line ${line}: ${why}. Correct the file, and import it again.`;
}

/** Returns the reason of an error without the message of csv-parse, which quotes values of the file. */
function reasonOf({ code }: CsvError): string {
  return code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quoted field has no end' : `the row is not valid CSV (${code})`;
}

function contentOf(record: readonly string[], raw: string, columns: readonly string[]): FileRow['content'] {
  const unreadable = (reason: string): FileRow['content'] => ({ kind: 'unreadable', reason, raw: Buffer.from(raw) });
  if (raw.includes(REPLACEMENT))
    return unreadable('The row is not valid UTF-8. Set files.encoding to latin1, or convert the file.');
  if (record.length !== columns.length) {
    return unreadable(`The row has ${record.length} fields, but the header line has ${columns.length}.`);
  }
  return { kind: 'row', value: Object.fromEntries(columns.map((name, index) => [name, record[index] ?? ''])) };
}
