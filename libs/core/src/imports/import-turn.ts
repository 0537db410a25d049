import type { CompiledSource } from '../configuration/compiled-brand.js';
import { BackgroundIngest, type BackgroundIngestDependencies } from '../ingest/background-ingest.js';
import type { IngestedEvent } from '../ingest/group-commit.js';
import { WorkSlices } from '../work-slices.js';
import type { FileRow } from './file-reader.port.js';
import { MAX_ROW_PROBLEMS, NO_ROWS, type FilePosition, type RowCounts, type RowProblem } from './import.js';
import { LeaseLost, type ImportPace } from './import-pace.js';
import type { ClaimedImport, ImportStore } from './import-store.port.js';
import { rowContent, type RowContent } from './row-content.js';

/** Dependencies of an {@link ImportTurn}. */
export interface ImportTurnDependencies extends BackgroundIngestDependencies {
  readonly store: Pick<ImportStore, 'advance'>;
  /** Called for each stored batch, with the numbers of its rows. */
  readonly onRows: (brandName: string, counts: RowCounts) => void;
}

/** Import that a process runs, its source and its lease. */
export interface TurnContext {
  readonly claimed: ClaimedImport;
  readonly source: CompiledSource;
  readonly leaseMs: number;
}

/** Maximum number of rows per commit. */
const MAX_BATCH = 200;
/** Maximum bytes of the rows of a commit, as far as rows are complete. */
const MAX_BATCH_BYTES = 1024 * 1024;
/**
 * Time for which rows are read and mapped before live events are served again, in milliseconds. A live event passes the
 * event loop several times, so a slice delays the event several times.
 */
export const IMPORT_SLICE_MS = 1;

/** Row and the content of its event. */
interface ReadRow extends RowContent {
  readonly end: FilePosition;
}

/**
 * Rows of an import that one process stores under one lease. While a batch is stored, the rows of the next batch are
 * read and mapped.
 */
export class ImportTurn {
  private rows: ReadRow[] = [];
  private startOffset: number;
  private counts: RowCounts;
  private problems: readonly RowProblem[];
  /** Resolves when the newest batch is stored and its progress is recorded. */
  private storing: Promise<void> = Promise.resolve();
  private readonly slices = new WorkSlices(IMPORT_SLICE_MS);
  private readonly batch: number;
  private readonly ingest: BackgroundIngest;

  constructor(
    private readonly parts: ImportTurnDependencies,
    private readonly context: TurnContext,
    private readonly pace: ImportPace,
  ) {
    const { claimed, source } = context;
    const origin = { kind: 'import', id: claimed.id, recovered: claimed.recovered } as const;
    this.ingest = new BackgroundIngest(parts, { source, origin }, () => pace.lookAgain());
    this.startOffset = claimed.position.offset;
    this.counts = claimed.counts;
    this.problems = claimed.problems;
    // Several small batches per second, so that the rows spread over the second.
    this.batch = Math.min(MAX_BATCH, Math.max(1, Math.ceil(claimed.perSecond / 5)));
  }

  /** Adds a row. If the rows are enough for a commit, begins to store them after the previous batch is stored. */
  async add(row: FileRow): Promise<void> {
    if (this.slices.isOver) await this.slices.next();
    this.rows.push({ end: row.end, ...rowContent(row, this.context.source) });
    const isFull = this.rows.length >= this.batch || row.end.offset - this.startOffset >= MAX_BATCH_BYTES;
    if (isFull) await this.flush();
  }

  /** Stores the remaining rows. Resolves when the progress of all rows is recorded. */
  async end(): Promise<void> {
    await this.flush();
    await this.storing;
  }

  /** Waits until no batch is being stored. Never rejects. */
  async settle(): Promise<void> {
    await this.storing.catch(() => undefined);
  }

  /** Begins to store the collected rows, after the previous batch is stored. */
  private async flush(): Promise<void> {
    const { rows } = this;
    const last = rows.at(-1);
    if (last === undefined) return;
    this.rows = [];
    this.startOffset = last.end.offset;
    await this.storing;
    await this.pace.untilNext(rows.length);
    this.storing = this.store(rows, last.end);
    // The next flush, or the end, reports a failure.
    this.storing.catch(() => undefined);
  }

  /** Stores a batch, and records the progress. */
  private async store(rows: readonly ReadRow[], position: FilePosition): Promise<void> {
    const { claimed, leaseMs } = this.context;
    const began = performance.now();
    this.count(rows, await this.ingest.store(rows.map(({ content }) => content)));
    const progress = { position, counts: this.counts, problems: this.problems };
    if (!(await this.parts.store.advance(claimed, progress, leaseMs))) throw new LeaseLost();
    this.pace.stored(performance.now() - began);
  }

  private count(rows: readonly ReadRow[], stored: readonly IngestedEvent[]): void {
    const counts: Record<keyof RowCounts, number> = { ...NO_ROWS };
    const problems: RowProblem[] = [];
    for (const [index, { status }] of stored.entries()) {
      counts[status] += 1;
      const row = rows[index];
      if (row === undefined) continue;
      if (row.problem !== null) problems.push(row.problem);
      // The database may refuse a row that the adapter could read.
      else if (status === 'quarantined') {
        problems.push({ line: row.end.line, reason: 'The database refused the values of the row.' });
      }
    }
    this.parts.onRows(this.context.source.brand.name, counts);
    this.counts = {
      accepted: this.counts.accepted + counts.accepted,
      duplicate: this.counts.duplicate + counts.duplicate,
      quarantined: this.counts.quarantined + counts.quarantined,
    };
    if (problems.length > 0) this.problems = [...this.problems, ...problems].slice(0, MAX_ROW_PROBLEMS);
  }
}
