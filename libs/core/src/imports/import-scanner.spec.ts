import { describe, expect, it } from '@jest/globals';
import type { FilePlaceSpec } from '../configuration/brand-definition.js';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { FilePlace } from './file-place.port.js';
import { FileError } from './file-reader.port.js';
import { fileFinder } from './imported-file.js';
import { ImportScanner } from './import-scanner.js';
import type { Import, NewImport } from './import.js';

const FROM: FilePlaceSpec = { folder: 'exports' };
const sourceWith = (from: FilePlaceSpec | undefined): CompiledSource =>
  ({
    brand: {},
    record: { files: { format: 'csv', delimiter: ';', perSecond: 50, ...(from === undefined ? {} : { from }) } },
  }) as unknown as CompiledSource;

interface Scan {
  readonly created: readonly NewImport[];
  readonly problems: readonly (string | null)[];
  readonly closed: number;
}

async function scan(list: FilePlace['list'], from: FilePlaceSpec | undefined = FROM): Promise<Scan> {
  const created: NewImport[] = [];
  const problems: (string | null)[] = [];
  let closed = 0;
  const brand = { source: () => sourceWith(from) } as unknown as CompiledBrand;
  const scanner = new ImportScanner(
    {
      store: {
        takeScans: () => Promise.resolve([{ brandId: 'b-1', sourceId: 's-1' }]),
        recordScan: (_sourceId, problem) => Promise.resolve(void problems.push(problem)),
        createListed: (listed) => Promise.resolve(created.push(...listed)),
      },
      configuration: { brand: () => Promise.resolve(brand), refresh: () => Promise.resolve() },
      openPlace: () => ({
        list,
        open: () => () => {
          throw new Error('A scan opens no file.');
        },
        close: () => Promise.resolve(void (closed += 1)),
      }),
      onProblem: () => undefined,
      clock: { now: () => 1_795_544_400_000 },
    },
    ['folder'],
    30_000,
  );
  await scanner.once();
  return { created, problems, closed };
}

describe('ImportScanner', () => {
  it('creates an import per listed file, with the settings of the source', async () => {
    const { created, problems, closed } = await scan(() =>
      Promise.resolve([
        { name: 'a.csv', sizeBytes: 8, version: 'v1' },
        { name: 'b.csv', sizeBytes: 9, version: 'v2' },
      ]),
    );
    expect(created).toMatchObject([
      {
        ...{ brandId: 'b-1', sourceId: 's-1', fileName: 'a.csv', origin: 'folder', version: 'v1', sizeBytes: 8 },
        ...{ format: { format: 'csv', delimiter: ';', encoding: 'utf-8' }, perSecond: 50, recovered: false },
      },
      { fileName: 'b.csv', version: 'v2' },
    ]);
    expect(created[0]?.id).not.toBe(created[1]?.id);
    expect([problems, closed]).toEqual([[null], 1]);
  });

  it.each([
    ['a reason that a person can resolve', new FileError('The bucket does not exist.'), 'The bucket does not exist.'],
    ['no detail of another error', new Error('secret host refused'), expect.stringContaining('could not be reached')],
  ])('records %s, and closes the place', async (_what, error, problem) => {
    const { created, problems, closed } = await scan(() => Promise.reject(error));
    expect([created, problems, closed]).toEqual([[], [problem], 1]);
  });
});

describe('fileFinder', () => {
  const listed = { origin: 'folder', fileName: 'a.csv', version: 'v1', sizeBytes: 8 } as unknown as Import;
  const find = fileFinder({ chunkAt: () => Promise.resolve(null) }, () => {
    throw new Error('The place is not opened.');
  });

  it('refuses a file of a place that the source does not watch any more', () => {
    for (const from of [undefined, { sftp: {} } as FilePlaceSpec]) {
      expect(() => find(listed, sourceWith(from))).toThrow(FileError);
    }
  });
});
