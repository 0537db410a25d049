import { describe, expect, it } from '@jest/globals';
import {
  FILE_START,
  FileError,
  type FilePosition,
  type FileRow,
  type ImportFormat,
  type OpenFile,
} from '@patchbay/core';
import { readRows } from './read-rows.js';

const CSV: ImportFormat = { format: 'csv', delimiter: ',', encoding: 'utf-8' };
const NDJSON: ImportFormat = { ...CSV, format: 'ndjson' };

/** Opens a file that arrives in pieces of the given size. */
function fileOf(content: string | Buffer, piece = 5): OpenFile {
  const bytes = Buffer.from(content);
  return async function* open(offset) {
    for (let at = offset; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
}

async function rowsOf(open: OpenFile, format: ImportFormat, from: FilePosition = FILE_START): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const row of readRows(open, format, from)) rows.push(row);
  return rows;
}

/** Returns the values of rows, and the reasons of unreadable rows. */
const contents = (rows: readonly FileRow[]): unknown[] =>
  rows.map(({ content }) => (content.kind === 'row' ? content.value : content.reason));

describe('readRows of CSV', () => {
  const text = '\uFEFFid,note\r\n1,"two\nlines, ""quoted"""\r\n\r\n2,é\r\n3,say "hi"';

  it('reads quoted fields, empty lines, a byte order mark and a last line without an end', async () => {
    const rows = await rowsOf(fileOf(text), CSV);
    expect(contents(rows)).toEqual([
      { id: '1', note: 'two\nlines, "quoted"' },
      { id: '2', note: 'é' },
      { id: '3', note: 'say "hi"' },
    ]);
    expect(rows.at(-1)?.end.offset).toBe(Buffer.byteLength(text));
  });

  it('continues after any row with the same rows and positions', async () => {
    const all = await rowsOf(fileOf(text), CSV);
    for (const [index, { end }] of all.entries()) {
      expect(await rowsOf(fileOf(text), CSV, end)).toEqual(all.slice(index + 1));
    }
  });

  it('reads another delimiter and Latin-1', async () => {
    const bytes = Buffer.from('a;b\n1;é\n', 'latin1');
    expect(contents(await rowsOf(fileOf(bytes), { ...CSV, delimiter: ';', encoding: 'latin1' }))).toEqual([
      { a: '1', b: 'é' },
    ]);
  });

  it('keeps a column named __proto__ as a plain field', async () => {
    const [row] = contents(await rowsOf(fileOf('__proto__,a\nx,1\n'), CSV));
    expect(JSON.stringify(row)).toBe('{"__proto__":"x","a":"1"}');
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('keeps a row with a wrong number of fields or invalid bytes, with its bytes', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n1\n2,'), Buffer.from([0xff]), Buffer.from('\n3,4\n')]);
    const rows = await rowsOf(fileOf(bytes), CSV);
    expect(contents(rows)).toEqual([
      'The row has 1 fields, but the header line has 2.',
      expect.stringContaining('not valid UTF-8'),
      { a: '3', b: '4' },
    ]);
    const [first] = rows;
    expect(first?.end.line).toBe(2);
    expect(first?.content.kind === 'unreadable' && Buffer.from(first.content.raw).toString()).toBe('1\n');
  });

  it.each([
    ['a quoted field without an end', 'a,b\n1,2\n3,"secret\n', 'a quoted field has no end'],
    ['a row that is too long', `a,b\n1,2\n3,${'s'.repeat(1_100_000)}\n`, 'longer than'],
    ['a row of delimiters that is too long', `a,b\n1,2\n${','.repeat(1_100_000)}\n`, 'longer than'],
    ['too many empty lines', `a,b\n1,2\n${'\n'.repeat(1_100_000)}3,4\n`, 'longer than'],
  ])('returns the rows before %s, and then fails without its values', async (_what, broken, reason) => {
    const rows: FileRow[] = [];
    const reading = (async () => {
      for await (const row of readRows(fileOf(broken, 65_536), CSV, FILE_START)) rows.push(row);
    })();
    await expect(reading).rejects.toThrow(FileError);
    await expect(reading).rejects.toThrow(reason);
    await expect(reading).rejects.toThrow('line 3');
    await expect(reading).rejects.not.toThrow(/secret|sss/);
    expect(contents(rows)).toEqual([{ a: '1', b: '2' }]);
  });

  it('refuses two columns of the same name', async () => {
    await expect(rowsOf(fileOf('id,a,id\n'), CSV)).rejects.toThrow('Columns 1 and 3');
  });

  it('refuses a header line with more than 5,000 columns', async () => {
    const names = Array.from({ length: 5_001 }, (_, index) => `c${index}`);
    await expect(rowsOf(fileOf(`${names.join(',')}\n`, 65_536), CSV)).rejects.toThrow('5001 columns');
    const rows = rowsOf(fileOf(`${names.slice(1).join(',')}\n`, 65_536), CSV);
    await expect(rows).resolves.toEqual([]);
  });

  it('reads no rows from an empty file or a header line alone', async () => {
    expect(await rowsOf(fileOf(''), CSV)).toEqual([]);
    expect(await rowsOf(fileOf('a,b\n'), CSV)).toEqual([]);
  });

  it('fails with the error of the file', async () => {
    const open: OpenFile = async function* () {
      yield Buffer.from('a,b\n1,2\n');
      throw new Error('connection lost');
    };
    await expect(rowsOf(open, CSV)).rejects.toThrow('connection lost');
  });
});

describe('readRows of NDJSON', () => {
  const text = '\uFEFF{"id":1}\r\n\n{"id":"é"}\nnot json\n{"id":4}';

  it('reads one value per line, skips empty lines, and keeps unreadable lines', async () => {
    const rows = await rowsOf(fileOf(text), NDJSON);
    expect(contents(rows)).toEqual([{ id: 1 }, { id: 'é' }, 'The body is not valid JSON.', { id: 4 }]);
    expect(rows.map(({ end }) => end.line)).toEqual([1, 3, 4, 5]);
    expect(rows.at(-1)?.end.offset).toBe(Buffer.byteLength(text));
  });

  it('continues after any row with the same rows and positions', async () => {
    const all = await rowsOf(fileOf(text), NDJSON);
    for (const [index, { end }] of all.entries()) {
      expect(await rowsOf(fileOf(text, 3), NDJSON, end)).toEqual(all.slice(index + 1));
    }
  });

  it('keeps the beginning of a line that is too long, and reads the next line', async () => {
    const rows = await rowsOf(fileOf(`"${'x'.repeat(2_000_000)}"\n{"id":2}\n`, 65_536), NDJSON);
    expect(contents(rows)).toEqual([expect.stringContaining('longer than 1048576 bytes'), { id: 2 }]);
    expect(rows[0]?.content.kind === 'unreadable' && rows[0].content.raw.length).toBe(65_536);
    expect(rows[0]?.end.offset).toBe(2_000_003);
  });
});
