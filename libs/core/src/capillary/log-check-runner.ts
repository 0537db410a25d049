import { setTimeout as delay } from 'node:timers/promises';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { platformConnection, type CapillaryConnection, type CapillaryLogSpec } from '../configuration/lookups.js';
import { ImportPace, LeaseLost, queuesOf, TurnOver, type ImportPaceDependencies } from '../imports/import-pace.js';
import { importSettings } from '../imports/import-settings.js';
import { withRenewals } from '../imports/renewed-lease.js';
import { BackgroundIngest, type BackgroundIngestDependencies } from '../ingest/background-ingest.js';
import type { IngestedEvent } from '../ingest/group-commit.js';
import { DAY_MS, startOfDay } from './day-counts.js';
import type { CapillaryLogApi } from './log-api.port.js';
import { addCounts, type EntryOutcome, type LogCheck } from './log-check.js';
import type { ClaimedLogCheck, LogCheckStore, LogProgress } from './log-check-store.port.js';
import { identify, missingEvent, oldestKnown, outcomeOf, recoverable, type IdentifiedEntry } from './log-comparison.js';
import { LogFormatError, logQuery, readLogPage, type LogPage, type LogPosition } from './log-page.js';
import { mapInSlices } from '../work-slices.js';
import type { RegisteredSource } from './registration-store.port.js';

/** Bounds of the {@link LogCheckRunner}. */
export interface LogCheckRunnerOptions {
  /** Lease of a check in milliseconds. When it expires, another process continues the check. */
  readonly leaseMs: number;
  /** Time after which a running check is released, so that other checks have their turn, in milliseconds. */
  readonly turnMs: number;
}

/** Dependencies of the {@link LogCheckRunner}. */
export interface LogCheckRunnerDependencies extends BackgroundIngestDependencies, ImportPaceDependencies {
  readonly store: LogCheckStore;
  readonly configuration: Pick<LiveConfiguration, 'brand' | 'refresh'>;
  readonly logs: CapillaryLogApi;
  /** Called after the end of a check that recovered events. */
  readonly onRecovered: (brand: CompiledBrand, check: LogCheck) => Promise<void>;
}

/** A check makes at most every n-th call that `ratePerMinute` allows, so that it does not delay lookups. */
const RATE_SHARE = 2;
/** Maximum number of recovered events per commit. */
const MAX_BATCH = 100;
/**
 * Age at which a check fails, in milliseconds. With a wrong name of a parameter, a log that grows has no end. The check
 * would prevent all later checks of its source.
 */
const MAX_AGE_MS = 7 * DAY_MS;
/** Delay before a check continues after an error, in milliseconds. */
const RETRY_MS = 5_000;
/** Delay before a check continues while Capillary does not answer, in milliseconds. */
const WAIT_MS = 60_000;

/** A check cannot continue. The message says why, and how to fix it. */
class CannotContinue extends Error {}

/**
 * Runner of log checks. It compares the log of a consumer group page by page with the stored events, and recovers missing
 * events whose entry contains them. After each page it records its position, so it keeps one page in memory. After a crash,
 * another process repeats at most one page.
 */
export class LogCheckRunner {
  private readonly stopping = new AbortController();

  constructor(
    private readonly parts: LogCheckRunnerDependencies,
    private readonly options: LogCheckRunnerOptions,
  ) {}

  /** Runs one check for a turn. Resolves with false if no check is due. Throws if the check must be tried again. */
  async once(): Promise<boolean> {
    const { store } = this.parts;
    const claimed = await store.claim(this.options.leaseMs);
    if (claimed === null) return false;
    const { leaseMs } = this.options;
    try {
      await withRenewals(
        () => store.renew(claimed, leaseMs),
        leaseMs,
        (isLost) => this.run(claimed, isLost),
      );
    } catch (error) {
      await this.leave(claimed, error);
    }
    return true;
  }

  /** Makes the current run end after its page. */
  stop(): void {
    this.stopping.abort();
  }

  private async run(claimed: ClaimedLogCheck, isLost: () => boolean): Promise<void> {
    const { configuration, store, clock, onRecovered } = this.parts;
    if (clock.now() - claimed.createdAt > MAX_AGE_MS) {
      throw new CannotContinue(
        'The end of the log was not reached within 7 days. Correct the names of the query parameters in ' +
          'platform.capillary.logs, or check fewer days.',
      );
    }
    await configuration.refresh();
    const target = targetOf(await configuration.brand(claimed.brandId), claimed);
    const { leaseMs, turnMs } = this.options;
    const limits = { leaseMs, isLost, turnEnd: performance.now() + turnMs, stopping: this.stopping.signal };
    const hasRecovered = await new Turn(this.parts, claimed, target, limits).run();
    await store.end(claimed, null);
    if (hasRecovered) await onRecovered(target.brand, claimed);
  }

  /** Releases or ends a check whose turn did not reach the end of the log. */
  private async leave(claimed: ClaimedLogCheck, error: unknown): Promise<void> {
    const { store } = this.parts;
    if (error instanceof LeaseLost) return;
    if (error instanceof TurnOver) return store.release(claimed, 0, null);
    if (error instanceof CannotContinue || error instanceof LogFormatError) return store.end(claimed, error.message);
    if (isDeliveryError(error)) {
      const isTemporary = error.kind === 'transient' || error.kind === 'throttled';
      return isTemporary
        ? store.release(claimed, error.retryAfterMs ?? WAIT_MS, error.message)
        : store.end(claimed, error.message);
    }
    await store.release(claimed, RETRY_MS, null).catch(() => undefined);
    throw error;
  }
}

/** Configuration by which a check runs. */
interface Target {
  readonly brand: CompiledBrand;
  readonly source: CompiledSource;
  readonly registered: RegisteredSource;
  readonly connection: CapillaryConnection;
  readonly logs: CapillaryLogSpec;
}

function targetOf(brand: CompiledBrand | null, { sourceId }: ClaimedLogCheck): Target {
  const name = brand?.source(sourceId)?.record.name;
  const source = name === undefined ? undefined : brand?.openSource(name);
  // A new source may have the name of the deleted one.
  if (brand === null || source?.record.id !== sourceId) {
    throw new CannotContinue('The source was deleted or disabled.');
  }
  const { platform } = brand.brand.lookups;
  const logs = platform?.capillary.logs;
  if (platform === undefined || logs === undefined) {
    throw new CannotContinue('platform.capillary.logs was removed. Add it, and start the check again.');
  }
  const registered = { brandId: brand.id, brand: brand.brand.name, sourceId, source: source.record.name };
  return { brand, source, registered, connection: platformConnection(platform), logs };
}

/** Lease and end of a turn. */
interface TurnLimits {
  readonly leaseMs: number;
  readonly isLost: () => boolean;
  /** End of the turn on the monotonic clock, in milliseconds. */
  readonly turnEnd: number;
  readonly stopping: AbortSignal;
}

/** Entry of a page with the outcome of its comparison. */
interface JudgedEntry {
  readonly identified: IdentifiedEntry;
  readonly type: string;
  outcome: EntryOutcome;
  /** True if the event was missing, and was recovered from the entry. */
  recovered: boolean;
}

function applyIngested(entry: JudgedEntry, ingested: IngestedEvent | undefined): void {
  if (ingested?.status === 'accepted') entry.recovered = true;
  // The event arrived after the comparison, or another entry of the page contains it.
  else if (ingested?.status === 'duplicate') entry.outcome = 'stored';
  else if (ingested?.status === 'quarantined') entry.outcome = 'quarantined';
}

/** Pages that one process compares under one lease. */
class Turn {
  private readonly ingest: BackgroundIngest;
  private readonly pace: ImportPace;
  private readonly callEveryMs: number;
  private progress: Omit<LogProgress, 'missing'>;
  private nextCallAt = performance.now();
  private hasRecovered: boolean;

  constructor(
    private readonly parts: LogCheckRunnerDependencies,
    private readonly claimed: ClaimedLogCheck,
    private readonly target: Target,
    private readonly limits: TurnLimits,
  ) {
    const { brand, source, connection } = target;
    const origin = { kind: 'logCheck', id: claimed.id, recovered: true } as const;
    const { perSecond } = importSettings(source.record.files);
    const queueIds = queuesOf(brand, source.record.id);
    this.pace = new ImportPace(parts, { perSecond, queueIds, ...limits });
    this.ingest = new BackgroundIngest(parts, { source, origin }, () => this.pace.lookAgain());
    this.callEveryMs = (60_000 / connection.ratePerMinute) * RATE_SHARE;
    const { position, entries, unreadable, types } = claimed;
    this.progress = { position, entries, unreadable, types };
    this.hasRecovered = claimed.recovered > 0;
  }

  /** Compares pages up to the end of the log. Returns true if the check recovered events. */
  async run(): Promise<boolean> {
    let position: LogPosition | null = this.progress.position;
    while (position !== null) {
      await this.pause(this.nextCallAt - performance.now());
      this.nextCallAt = performance.now() + this.callEveryMs;
      const page = await this.read(position);
      await this.compare(page);
      position = page.after;
    }
    return this.hasRecovered;
  }

  private async read(position: LogPosition): Promise<LogPage> {
    const { connection, logs } = this.target;
    const { consumerGroup, from, to } = this.claimed;
    const query = logQuery(logs, startOfDay(from), startOfDay(to) + DAY_MS, position);
    return readLogPage(logs, position, await this.parts.logs.page(connection, consumerGroup, query));
  }

  /** Compares a page with the stored events, recovers events, and records the progress. */
  private async compare(page: LogPage): Promise<void> {
    const { store } = this.parts;
    const { source, registered, logs } = this.target;
    const identified = await mapInSlices(page.entries, (entry) => identify(entry, source));
    const found = identified.filter((one) => one !== null);
    const events = found.map(({ event }) => event);
    const stored = events.length === 0 ? [] : await store.stored(registered, events);
    // After the lookup, because keys may be deleted until then.
    const oldest = oldestKnown(this.parts.clock.now());
    const judged = found.map((one, index): JudgedEntry => {
      const outcome = outcomeOf(one, stored[index] === true, logs.waiting, oldest);
      return { identified: one, type: one.event.type, outcome, recovered: false };
    });
    await this.recover(judged, oldest);
    const { position, entries, unreadable, types } = this.progress;
    this.progress = {
      position: page.after ?? position,
      entries: entries + page.entries.length + page.unreadable,
      unreadable: unreadable + page.unreadable + page.entries.length - found.length,
      types: addCounts(types, judged),
    };
    await this.record(judged);
  }

  /** Stores the missing events whose entry contains them, and changes their outcomes. */
  private async recover(judged: readonly JudgedEntry[], oldest: number): Promise<void> {
    const { source } = this.target;
    const contents = judged.flatMap((one) => {
      const content = one.outcome === 'missing' ? recoverable(one.identified, source, oldest) : null;
      return content === null ? [] : [{ one, content }];
    });
    for (let start = 0; start < contents.length; start += MAX_BATCH) {
      const batch = contents.slice(start, start + MAX_BATCH);
      await this.pace.untilNext(batch.length);
      const began = performance.now();
      const ingested = await this.ingest.store(batch.map(({ content }) => content));
      for (const [index, { one }] of batch.entries()) applyIngested(one, ingested[index]);
      // The page may be interrupted and repeated. Its recovered events are then stored, and would not be recorded.
      await this.record(batch.map(({ one }) => one).filter(({ recovered }) => recovered));
      this.pace.stored(performance.now() - began);
    }
  }

  /** Records the progress and the missing events of some entries. */
  private async record(judged: readonly JudgedEntry[]): Promise<void> {
    const missing = judged
      .filter(({ outcome }) => outcome === 'missing')
      .map(({ identified, recovered }) => missingEvent(identified, recovered));
    const progress = { ...this.progress, missing };
    if (!(await this.parts.store.advance(this.claimed, progress, this.limits.leaseMs))) throw new LeaseLost();
    this.hasRecovered ||= missing.some(({ recovered }) => recovered);
  }

  /** Waits. Throws if the lease was lost, or if the turn is over. */
  private async pause(ms: number): Promise<void> {
    const { isLost, turnEnd, stopping } = this.limits;
    if (ms > 0) await delay(ms, undefined, { signal: stopping }).catch(() => undefined);
    if (isLost()) throw new LeaseLost();
    if (stopping.aborted || performance.now() > turnEnd) throw new TurnOver();
  }
}
