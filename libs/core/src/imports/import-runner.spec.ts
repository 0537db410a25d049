import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { CallOutcome, IngestedEvent, ReceivedCall } from '../ingest/group-commit.js';
import { FileChangedError, FileError, PlaceError, type FileRow } from './file-reader.port.js';
import { ImportRunner, type ImportRunnerDependencies } from './import-runner.js';
import { FILE_START, NO_ROWS, type Import } from './import.js';
import type { ClaimedImport, ImportProgress, ImportStore } from './import-store.port.js';
import { RowMapping } from './row-mapping.js';

const IMPORT: Import = {
  ...{
    id: 'i-1',
    brandId: 'b-1',
    sourceId: 's-1',
    fileName: 'a.ndjson',
    origin: 'upload',
    version: null,
    sizeBytes: 1_000,
    sha256: null,
  },
  format: { format: 'ndjson', delimiter: ',', encoding: 'utf-8' },
  ...{ perSecond: 100_000, recovered: true, requestedBy: 'tests', state: 'running', receivedBytes: 1_000 },
  ...{ position: FILE_START, counts: NO_ROWS, problems: [], reason: null, createdAt: 0, updatedAt: 0, endedAt: null },
};

/** Source whose adapter refuses the row `bad` and takes all other rows. */
const SOURCE = {
  record: { id: 's-1', name: 'orders', disabled: false },
  brand: { name: 'acme' },
  rowMapping: new RowMapping(undefined, 'UTC'),
  adapter: {
    read: (body: unknown) => [
      body === 'bad'
        ? { kind: 'unreadable', reason: 'is bad', raw: body }
        : { kind: 'event', event: { type: String(body) } },
    ],
  },
} as unknown as CompiledSource;
const brandWith = (source: CompiledSource | undefined): CompiledBrand =>
  ({
    records: { subscriptions: [{ sourceId: 's-1', destinationId: 'd-1', subscriptionId: 'sub-1' }] },
    source: () => source,
    openSource: () => source,
  }) as unknown as CompiledBrand;
const BRAND = brandWith(SOURCE);

interface Fixture {
  readonly runner: ImportRunner;
  readonly calls: ReceivedCall[];
  readonly progress: ImportProgress[];
  /** Ends and releases of the import, in order. */
  readonly ends: string[];
  readonly closes: string[];
  /** Rows that were read. */
  readonly read: unknown[];
}

function fixture(
  rows: readonly unknown[],
  also: Partial<ImportRunnerDependencies> & {
    readonly claimed?: Partial<Import>;
    readonly advances?: () => boolean;
  } = {},
): Fixture {
  const { claimed = {}, advances = () => true, ...parts } = also;
  const calls: ReceivedCall[] = [];
  const progress: ImportProgress[] = [];
  const ends: string[] = [];
  const closes: string[] = [];
  const read: unknown[] = [];
  const store = {
    claim: () => Promise.resolve<ClaimedImport>({ ...IMPORT, ...claimed, token: 't' }),
    renew: () => Promise.resolve(true),
    advance: (_claimed: ClaimedImport, step: ImportProgress) => {
      progress.push(step);
      return Promise.resolve(advances());
    },
    release: (_claimed: ClaimedImport, delayMs: number) => Promise.resolve(void ends.push(`released for ${delayMs}`)),
    endChanged: (_claimed: ClaimedImport, reason: string) => Promise.resolve(void ends.push(`changed: ${reason}`)),
    end: (_claimed: ClaimedImport, reason: string | null) => Promise.resolve(void ends.push(reason ?? 'done')),
  } as unknown as ImportStore;
  const runner = new ImportRunner(
    {
      store,
      configuration: { brand: () => Promise.resolve(BRAND), refresh: () => Promise.resolve() },
      readRows: async function* (): AsyncGenerator<FileRow> {
        for (const [index, value] of rows.entries()) {
          if (value instanceof Error) throw value;
          read.push(value);
          yield { end: { offset: (index + 1) * 10, line: index + 1 }, content: { kind: 'row', value } };
        }
      },
      fileOf: () => ({
        open: async function* () {
          yield Buffer.from('file');
        },
        close: () => Promise.resolve(void closes.push('file')),
      }),
      groups: {
        add: (call): Promise<CallOutcome> => {
          calls.push(call);
          const events = call.events.map(({ id, content }) => ({
            ...{ id, type: 'a' },
            status: content.kind === 'event' ? ('accepted' as const) : ('quarantined' as const),
          }));
          return Promise.resolve({ kind: 'stored', events, destinationIds: new Set<string>() });
        },
      },
      admission: { reserveBackground: () => ({ grow: () => true, release: () => undefined }) },
      liveWaitMs: () => 0,
      onRows: () => undefined,
      overloaded: () => Promise.resolve([]),
      wakeUps: { wake: () => undefined },
      clock: { now: () => 1_000 },
      ...parts,
    },
    { leaseMs: 60_000, turnMs: 60_000, origins: ['upload'] },
  );
  return { runner, calls, progress, ends, closes, read };
}

const accepted = (id: string): IngestedEvent => ({ id, type: 'a', status: 'accepted' });

/** Resolves when a condition holds. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate();
}

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `e-${index}`);

describe('ImportRunner', () => {
  it('stores rows in batches, each with its progress, and marks their events', async () => {
    const { runner, calls, progress, ends } = fixture(many(250));
    expect(await runner.once()).toBe(true);
    expect(calls.map(({ events }) => events.length)).toEqual([200, 50]);
    expect(progress.map(({ position }) => position.line)).toEqual([200, 250]);
    expect(progress.at(-1)?.counts).toEqual({ accepted: 250, duplicate: 0, quarantined: 0 });
    expect(calls[0]?.events[0]?.origin).toEqual({ kind: 'import', id: 'i-1', recovered: true });
    expect(ends).toEqual(['done']);
  });

  it('reads the next rows while a batch is stored, but stores one batch at a time', async () => {
    const commits: (() => void)[] = [];
    const { runner, read, progress } = fixture(many(600), {
      groups: {
        add: async ({ events }) => {
          await new Promise<void>((resolve) => commits.push(resolve));
          return { kind: 'stored', events: events.map(({ id }) => accepted(id)), destinationIds: new Set<string>() };
        },
      },
    });
    const ended = runner.once();
    for (const [batch, rows] of [400, 600, 600].entries()) {
      await until(() => commits.length === batch + 1 && read.length >= rows);
      expect([read.length, progress.length]).toEqual([rows, batch]);
      commits[batch]?.();
    }
    await ended;
    expect(progress.at(-1)).toMatchObject({ position: { line: 600 }, counts: { accepted: 600 } });
  });

  it('waits for the batch that is being stored before it releases the import', async () => {
    const { runner, progress, ends } = fixture([...many(250), new Error('connection lost')], {
      groups: {
        add: async ({ events }) => {
          await setImmediate();
          return { kind: 'stored', events: events.map(({ id }) => accepted(id)), destinationIds: new Set<string>() };
        },
      },
    });
    await expect(runner.once()).rejects.toThrow('connection lost');
    expect([progress.map(({ position }) => position.line), ends]).toEqual([[200], ['released for 5000']]);
  });

  it('stores a row without an event in quarantine, and keeps its line', async () => {
    const { runner, progress } = fixture(['a', 'bad', 'b']);
    await runner.once();
    expect(progress).toEqual([
      {
        position: { offset: 30, line: 3 },
        counts: { accepted: 2, duplicate: 0, quarantined: 1 },
        problems: [{ line: 2, reason: 'is bad' }],
      },
    ]);
  });

  it('stores the rows before a place that cannot be read, and ends with the reason', async () => {
    const { runner, progress, ends } = fixture(['a', new FileError('broken at line 2')]);
    await runner.once();
    expect(progress.map(({ position }) => position.line)).toEqual([1]);
    expect(ends).toEqual(['broken at line 2']);
  });

  it('continues later after any other error', async () => {
    const { runner, ends, closes } = fixture(['a', new Error('connection lost')]);
    await expect(runner.once()).rejects.toThrow('connection lost');
    expect([ends, closes]).toEqual([['released for 5000'], ['file']]);
  });

  it('stores nothing further after it has lost its lease', async () => {
    const { runner, calls, ends } = fixture(many(250), { advances: () => false });
    await runner.once();
    expect(calls).toHaveLength(1);
    expect(ends).toEqual([]);
  });

  it('stores no row while live events or a backlog wait', async () => {
    const waits = { live: 13, backlog: 1 };
    const seen: string[] = [];
    const { runner, calls } = fixture(['a'], {
      liveWaitMs: () => {
        seen.push(`live ${calls.length}`);
        return (waits.live -= 1);
      },
      overloaded: (ids) => {
        seen.push(`backlog of ${ids.join()}`);
        return Promise.resolve((waits.backlog -= 1) >= 0 ? ids : []);
      },
    });
    await runner.once();
    expect(seen).toEqual(['backlog of d-1', 'backlog of d-1', 'live 0', 'live 0', 'live 0']);
    expect(calls).toHaveLength(1);
  });

  it('releases the import when it is stopped, without storing rows', async () => {
    const { runner, calls, ends } = fixture(many(250));
    runner.stop();
    await runner.once();
    expect([calls.length, ends]).toEqual([0, ['released for 0']]);
  });

  it('compares the hash of the file before the first row', async () => {
    const sha256 = createHash('sha256').update('file').digest('hex');
    const right = fixture(['a'], { claimed: { sha256 } });
    await right.runner.once();
    expect(right.ends).toEqual(['done']);
    const wrong = fixture(['a'], { claimed: { sha256: '0'.repeat(64) } });
    await wrong.runner.once();
    expect([wrong.calls.length, wrong.ends]).toEqual([0, [expect.stringContaining('SHA-256')]]);
  });

  it('continues later if the place cannot be used, and forgets the version of a file that was changed', async () => {
    const refused = fixture(['a', new PlaceError('The server refused the credentials.')]);
    await refused.runner.once();
    expect([refused.calls.length, refused.ends]).toEqual([1, ['released for 60000']]);
    const changed = fixture(['a', new FileChangedError('The file was changed.')]);
    await changed.runner.once();
    expect(changed.ends).toEqual(['changed: The file was changed.']);
  });

  it('waits with a watched file until its source is enabled again, but ends an upload', async () => {
    const brand = Object.assign(brandWith(SOURCE), { openSource: () => undefined });
    const configuration = { brand: () => Promise.resolve(brand), refresh: () => Promise.resolve() };
    const watched = fixture(['a'], { claimed: { origin: 'folder', version: '8-1' }, configuration });
    await watched.runner.once();
    expect(watched.ends).toEqual(['released for 60000']);
    const upload = fixture(['a'], { configuration });
    await upload.runner.once();
    expect(upload.ends).toEqual([expect.stringContaining('source was deleted or disabled')]);
  });

  it('ends the import of a source that is gone', async () => {
    const gone = brandWith(undefined);
    const { runner, ends } = fixture(['a'], {
      configuration: { brand: () => Promise.resolve(gone), refresh: () => Promise.resolve() },
    });
    await runner.once();
    expect(ends).toEqual([expect.stringContaining('source was deleted or disabled')]);
  });
});
