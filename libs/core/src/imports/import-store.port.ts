import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { FilePosition, Import, ImportOrigin, ImportState, NewImport, RowCounts, RowProblem } from './import.js';

/** Import whose lease this process holds. */
export interface ClaimedImport extends Import {
  /** Fencing token of the lease. */
  readonly token: string;
}

/** Progress of an import: rows that are stored. */
export interface ImportProgress {
  readonly position: FilePosition;
  /** Counts of all rows before the position. */
  readonly counts: RowCounts;
  readonly problems: readonly RowProblem[];
}

/** Part of an uploaded file. */
export interface FileChunk {
  /** Number of bytes of the file before the chunk. */
  readonly start: number;
  /** Bytes of the chunk, sealed under {@link chunkContext}. */
  readonly sealed: Uint8Array;
  /** Number of bytes before they were sealed. */
  readonly bytes: number;
}

/** Result of adding a chunk. */
export type ChunkOutcome =
  | { readonly kind: 'added'; readonly import: Import }
  /** Another number of bytes is stored, so the uploader has to continue at `receivedBytes`. */
  | { readonly kind: 'elsewhere'; readonly import: Import }
  /** The import does not take chunks any more. */
  | { readonly kind: 'closed'; readonly import: Import };

/** Filter of a list of imports. */
export interface ImportFilter {
  readonly sourceId: string;
  readonly sha256?: string;
}

/** Source that watches a place for files. */
export interface WatchedSource {
  readonly brandId: string;
  readonly sourceId: string;
}

/** Result of the last scan of a watched place. */
export interface FileScan {
  /** Time of the scan, in milliseconds since the epoch. */
  readonly at: number;
  /** Reason why the place could not be listed. Null if it was listed. */
  readonly problem: string | null;
}

/** Number of imports of a brand in a state. */
export interface ImportCount {
  /** Name of the brand. */
  readonly brand: string;
  readonly state: ImportState;
  readonly count: number;
}

/** Store of imports and of uploaded files. An import of another brand is not found. */
export interface ImportStore {
  /**
   * Creates an import whose file is uploaded next. Null, and no import, if the files of all uploads that have not ended
   * would exceed `maxOpenBytes`. The limit is exact for concurrent calls.
   */
  create(created: NewImport, maxOpenBytes: number): Promise<Import | null>;
  /** Finds an import; null if the brand has no such import. */
  find(brandId: string, importId: string): Promise<Import | null>;
  /** Lists imports, newest first. Rejects with a CursorError if the cursor does not belong to this list. */
  list(brandId: string, filter: ImportFilter, page: PageRequest): Promise<Page<Import>>;
  /** Returns the total size of the uploaded files that are not imported completely, in bytes. */
  openBytes(): Promise<number>;
  /** Counts the imports that have not ended or that ended in the last 24 hours. */
  counts(): Promise<readonly ImportCount[]>;
  /** Adds the next chunk of an upload. After the last chunk, the state is `running`. Null if there is no such import. */
  addChunk(brandId: string, importId: string, chunk: FileChunk): Promise<ChunkOutcome | null>;
  /** Returns the chunk that contains a byte; null if it is not stored. */
  chunkAt(importId: string, offset: number): Promise<FileChunk | null>;
  /**
   * Cancels an import. Rows that are stored stay stored. An import that has ended does not change.
   * @returns the import; null if the brand has no such import
   */
  cancel(brandId: string, importId: string): Promise<Import | null>;

  /**
   * Creates imports of listed files, whose state is `running`. Leaves out versions that have an import. Returns the number
   * of created imports.
   */
  createListed(listed: readonly NewImport[]): Promise<number>;
  /**
   * Returns the sources whose place has to be scanned, and reserves their scan for this process.
   * @param origins origins that this process can read
   * @param intervalMs time until the next scan of the same place
   */
  takeScans(origins: readonly ImportOrigin[], intervalMs: number): Promise<readonly WatchedSource[]>;
  /** Records the result of a scan. @param problem reason of a failure; null after a success */
  recordScan(sourceId: string, problem: string | null): Promise<void>;
  /** Returns the last scan of a source; null if there was none. */
  lastScan(sourceId: string): Promise<FileScan | null>;

  /**
   * Claims the running import that has waited longest, under a lease. Null if there is none.
   * @param origins origins that this process can read
   */
  claim(leaseMs: number, origins: readonly ImportOrigin[]): Promise<ClaimedImport | null>;
  /** Renews the lease. Returns false if the lease was lost or the import was cancelled. */
  renew(claimed: ClaimedImport, leaseMs: number): Promise<boolean>;
  /** Records progress and renews the lease. Returns false, and records nothing, if the lease was lost. */
  advance(claimed: ClaimedImport, progress: ImportProgress, leaseMs: number): Promise<boolean>;
  /** Releases the lease, so that any process can continue after a delay. */
  release(claimed: ClaimedImport, delayMs: number): Promise<void>;
  /** Ends an import and deletes its uploaded file. @param reason reason of a failure; null if the import is done */
  end(claimed: ClaimedImport, reason: string | null): Promise<void>;
  /** Ends the import of a file that was changed or removed, and forgets its version. */
  endChanged(claimed: ClaimedImport, reason: string): Promise<void>;
  /** Ends uploads that received no byte for a time, and deletes their chunks. Returns the number of ended uploads. */
  endIdleUploads(idleMs: number): Promise<number>;
}

/** Returns the vault context under which a chunk of an uploaded file is sealed. */
export function chunkContext(importId: string, start: number): string {
  return `import/${importId}/${start}`;
}
