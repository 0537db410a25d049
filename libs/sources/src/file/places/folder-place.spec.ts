import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileChangedError, FileError, PlaceError, systemClock, type OpenFile } from '@patchbay/core';
import { FolderPlace } from './folder-place.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'patchbay-folder-'));
  mkdirSync(join(root, 'acme'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const OLD = new Date(Date.now() - 60_000);
function write(name: string, content = 'a,b\n1,2\n', changed = OLD): void {
  writeFileSync(join(root, 'acme', name), content);
  utimesSync(join(root, 'acme', name), changed, changed);
}
async function read(open: OpenFile, from = 0): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of open(from)) parts.push(bytes);
  return Buffer.concat(parts).toString();
}
const place = (folder = 'acme', match?: string): FolderPlace =>
  new FolderPlace(root, { folder, ...(match === undefined ? {} : { match }) }, systemClock);

describe('FolderPlace', () => {
  it('lists complete files of the pattern', async () => {
    write('orders-1.csv');
    write('orders-2.csv', 'x', new Date());
    write('orders-3.csv.part');
    write('.orders-4.csv');
    write('other.csv');
    mkdirSync(join(root, 'acme', 'orders-5.csv'));
    expect((await place('acme', 'orders-*.csv').list()).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['orders-1.csv', 8],
    ]);
    expect((await place().list()).map(({ name }) => name).sort()).toEqual(['orders-1.csv', 'other.csv']);
  });

  it('reads a file from an offset', async () => {
    write('a.csv');
    const [file] = await place().list();
    expect(file && (await read(place().open(file), 4))).toBe('1,2\n');
  });

  it('fails if the file was changed, also while it is read, or removed', async () => {
    write('a.csv');
    const [file] = await place().list();
    if (file === undefined) throw new Error('The file is not listed.');
    const reading = (async () => {
      for await (const bytes of place().open(file)(0))
        if (bytes.length > 0) appendFileSync(join(root, 'acme', 'a.csv'), '3');
    })();
    await expect(reading).rejects.toThrow(FileError);
    await expect(read(place().open(file))).rejects.toThrow('was changed or removed');
    rmSync(join(root, 'acme', 'a.csv'));
    await expect(read(place().open(file))).rejects.toThrow(FileError);
  });

  it('does not leave the import directory', async () => {
    symlinkSync('/etc', join(root, 'link'));
    await expect(place('link').list()).rejects.toThrow('symbolic link');
    symlinkSync('/etc/hostname', join(root, 'acme', 'hostname'));
    expect(await place().list()).toEqual([]);
    const file = { name: 'hostname', sizeBytes: 1, version: '1' };
    await expect(read(place().open(file))).rejects.toThrow('symbolic link');
  });

  it('says of a file whose folder is missing that the place cannot be used', async () => {
    write('a.csv');
    const [file] = await place().list();
    if (file === undefined) throw new Error('The file is not listed.');
    rmSync(join(root, 'acme'), { recursive: true });
    await expect(read(place().open(file))).rejects.toThrow(PlaceError);
    mkdirSync(join(root, 'acme'));
    await expect(read(place().open(file))).rejects.toThrow(FileChangedError);
  });

  it('says that a folder does not exist', async () => {
    await expect(place('none').list()).rejects.toThrow('none does not exist in PATCHBAY_IMPORT_DIR');
  });
});
