import type { Clock } from '../clock.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { uuidV7 } from '../ids.js';
import { FileError } from './file-reader.port.js';
import type { OpenPlace } from './file-place.port.js';
import { originOf, type ImportOrigin, type NewImport } from './import.js';
import { ANSWER_LIMIT_MS, answerWithin } from './silent-place.js';
import { importSettings } from './import-settings.js';
import type { ImportStore, WatchedSource } from './import-store.port.js';

/** Dependencies of the {@link ImportScanner}. */
export interface ImportScannerDependencies {
  readonly store: Pick<ImportStore, 'takeScans' | 'recordScan' | 'createListed'>;
  readonly configuration: Pick<LiveConfiguration, 'brand' | 'refresh'>;
  readonly openPlace: OpenPlace;
  /** Called for each place that could not be listed. */
  readonly onProblem: (watched: WatchedSource, error: unknown) => void;
  readonly clock: Clock;
}

const UNREACHABLE = 'The place could not be reached. The hub tries again. See the log of the hub for the cause.';

/**
 * Scanner of the places that sources watch for files. It creates an import per file and version, so that a file whose
 * content changes is imported again. Rows that were imported before are then duplicates.
 */
export class ImportScanner {
  /**
   * @param origins origins that this process can read
   * @param intervalMs time between two scans of a place
   */
  constructor(
    private readonly parts: ImportScannerDependencies,
    private readonly origins: readonly ImportOrigin[],
    private readonly intervalMs: number,
  ) {}

  /** Scans the places that are due, one after the other. Throws if the database is unavailable. */
  async once(): Promise<void> {
    const due = await this.parts.store.takeScans(this.origins, this.intervalMs);
    if (due.length > 0) await this.parts.configuration.refresh();
    for (const watched of due) await this.scan(watched);
  }

  private async scan(watched: WatchedSource): Promise<void> {
    const { store, onProblem } = this.parts;
    let problem: string | null = null;
    try {
      await store.createListed(await this.list(watched));
    } catch (error) {
      problem = error instanceof FileError ? error.message : UNREACHABLE;
      onProblem(watched, error);
    }
    await store.recordScan(watched.sourceId, problem);
  }

  private async list({ brandId, sourceId }: WatchedSource): Promise<readonly NewImport[]> {
    const { configuration, openPlace, clock } = this.parts;
    const record = (await configuration.brand(brandId))?.source(sourceId)?.record;
    const from = record?.files?.from;
    if (record === undefined || from === undefined) return [];
    const place = openPlace(from);
    try {
      const files = await answerWithin(ANSWER_LIMIT_MS, place.list());
      const now = clock.now();
      return files.map(({ name, sizeBytes, version }, index) => ({
        ...{ id: uuidV7(now, index % 4_096), brandId, sourceId, fileName: name, origin: originOf(from), version },
        ...importSettings(record.files),
        ...{ sizeBytes, sha256: null, recovered: false, requestedBy: 'files.from' },
      }));
    } finally {
      await place.close();
    }
  }
}
