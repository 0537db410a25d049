import { createHash } from 'node:crypto';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { FileChangedError, FileError, PlaceError, type OpenFile, type ReadRows } from './file-reader.port.js';
import type { ImportedFile } from './imported-file.js';
import { ImportPace, LeaseLost, queuesOf, TurnOver, type ImportPaceDependencies } from './import-pace.js';
import { ImportTurn, type ImportTurnDependencies } from './import-turn.js';
import type { ImportOrigin } from './import.js';
import type { ClaimedImport, ImportStore } from './import-store.port.js';
import { withRenewals } from './renewed-lease.js';

/** Bounds of the {@link ImportRunner}. */
export interface ImportRunnerOptions {
  /** Lease of an import in milliseconds. When it expires, another process continues the import. */
  readonly leaseMs: number;
  /** Origins that this process can read. */
  readonly origins: readonly ImportOrigin[];
  /** Time after which a running import is released, so that other imports have their turn, in milliseconds. */
  readonly turnMs: number;
}

/** Dependencies of the {@link ImportRunner}. */
export interface ImportRunnerDependencies extends ImportTurnDependencies, ImportPaceDependencies {
  readonly store: ImportStore;
  readonly configuration: Pick<LiveConfiguration, 'brand' | 'refresh'>;
  readonly readRows: ReadRows;
  /** Returns the file of an import. Throws a FileError if there is none. */
  readonly fileOf: (claimed: ClaimedImport, source: CompiledSource) => ImportedFile;
}

/** Delay before a process continues an import after an error, in milliseconds. */
const RETRY_MS = 5_000;
/** Delay before an import continues whose place or source cannot be used, in milliseconds. */
const BLOCKED_MS = 60_000;

/**
 * Runner of imports. It stores the rows of a file batch by batch, and records after each commit how far it came. After a
 * crash, another process repeats at most one batch, whose events are then duplicates. An import never delays live events.
 * It has group commits of its own, one at a time, and waits while live events wait or destinations have a backlog.
 */
export class ImportRunner {
  private readonly stopping = new AbortController();

  constructor(
    private readonly parts: ImportRunnerDependencies,
    private readonly options: ImportRunnerOptions,
  ) {}

  /** Runs one import for a turn. Resolves with false if no import is due. Throws if the import must be tried again. */
  async once(): Promise<boolean> {
    const { store } = this.parts;
    const claimed = await store.claim(this.options.leaseMs, this.options.origins);
    if (claimed === null) return false;
    const { leaseMs } = this.options;
    try {
      await withRenewals(
        () => store.renew(claimed, leaseMs),
        leaseMs,
        (isLost) => this.run(claimed, isLost),
      );
    } catch (error) {
      if (error instanceof LeaseLost) return true;
      if (error instanceof TurnOver) await store.release(claimed, 0);
      else if (error instanceof PlaceError) await store.release(claimed, BLOCKED_MS);
      else if (error instanceof FileChangedError) await store.endChanged(claimed, error.message);
      else if (error instanceof FileError) await store.end(claimed, error.message);
      else {
        await store.release(claimed, RETRY_MS).catch(() => undefined);
        throw error;
      }
    }
    return true;
  }

  /** Makes the current run end after its commit. */
  stop(): void {
    this.stopping.abort();
  }

  private async run(claimed: ClaimedImport, isLost: () => boolean): Promise<void> {
    const { store, configuration, fileOf } = this.parts;
    await configuration.refresh();
    const brand = await configuration.brand(claimed.brandId);
    const source = openSource(brand, claimed);
    if (brand === null || source === undefined) {
      // The same version of a watched file is not listed as new again, so its import waits for the source.
      const isDisabled = brand?.source(claimed.sourceId) !== undefined;
      if (isDisabled && claimed.version !== null) return store.release(claimed, BLOCKED_MS);
      return store.end(
        claimed,
        'The source was deleted or disabled. Create the source again, and import the file again.',
      );
    }
    const file = fileOf(claimed, source);
    try {
      await this.readFile(claimed, file.open, { source, brand, isLost });
    } finally {
      await file.close();
    }
  }

  private async readFile(
    claimed: ClaimedImport,
    open: OpenFile,
    { source, brand, isLost }: OpenedSource,
  ): Promise<void> {
    const { store, readRows } = this.parts;
    const { leaseMs, turnMs } = this.options;
    if (claimed.position.offset === 0 && claimed.sha256 !== null) await checkHash(open, claimed.sha256, isLost);
    const pace = new ImportPace(this.parts, {
      ...{ perSecond: claimed.perSecond, queueIds: queuesOf(brand, claimed.sourceId), isLost },
      ...{ turnEnd: performance.now() + turnMs, stopping: this.stopping.signal },
    });
    const turn = new ImportTurn(this.parts, { claimed, source, leaseMs }, pace);
    try {
      for await (const row of readRows(open, claimed.format, claimed.position)) await turn.add(row);
    } catch (error) {
      // The rows before the place that cannot be read are stored.
      if (error instanceof FileError) await turn.end();
      else await turn.settle();
      throw error;
    }
    await turn.end();
    await store.end(claimed, null);
  }
}

/** Source of an import, and whether the lease of the import was lost. */
interface OpenedSource {
  readonly source: CompiledSource;
  readonly brand: CompiledBrand;
  readonly isLost: () => boolean;
}

function openSource(brand: CompiledBrand | null, { sourceId }: ClaimedImport): CompiledSource | undefined {
  const name = brand?.source(sourceId)?.record.name;
  const source = name === undefined ? undefined : brand?.openSource(name);
  // A new source may have the name of the deleted one.
  return source?.record.id === sourceId ? source : undefined;
}

/** Compares the hash of a file before its first row is stored. */
async function checkHash(open: OpenFile, expected: string, isLost: () => boolean): Promise<void> {
  const hash = createHash('sha256');
  for await (const bytes of open(0)) {
    if (isLost()) throw new LeaseLost();
    hash.update(bytes);
  }
  if (hash.digest('hex') === expected) return;
  throw new FileError('The uploaded bytes do not have the SHA-256 that was announced. Upload the file again.');
}
