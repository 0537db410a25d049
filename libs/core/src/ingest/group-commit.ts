import { Batcher } from '../batcher.js';
import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { StoreRefusedError, type EventStore } from './event-store.port.js';
import { PreparedGroup } from './prepared-group.js';
import type { CallOutcome, ReceivedCall } from './received-call.js';

/** Limits of {@link GroupCommit}. */
export interface GroupCommitOptions {
  readonly lingerMs: number;
  /** Events in one group, at most; one call with more is a group of its own. */
  readonly maxGroup: number;
  readonly maxInFlight: number;
}

/** Each round begins with a look at the newest revision, so more rounds than this means a revision a moment. */
const MAX_ROUNDS = 20;

/**
 * Stores received calls, those that arrive together in one commit, and never one call in several. Every round goes by
 * one revision of the configuration, which the commit itself checks: if it is stale, the calls are prepared again by
 * the newest.
 */
export class GroupCommit {
  private readonly batcher: Batcher<ReceivedCall, CallOutcome>;
  private preparing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: EventStore,
    private readonly configuration: LiveConfiguration,
    options: GroupCommitOptions,
  ) {
    this.batcher = new Batcher((calls) => this.commit(calls), {
      lingerMs: options.lingerMs,
      maxBatch: options.maxGroup,
      maxInFlight: options.maxInFlight,
      sizeOf: ({ events }) => events.length,
    });
  }

  /** Events that wait for a group. */
  get queued(): number {
    return this.batcher.queued;
  }

  /** Resolves after the commit. Rejects if the database is away; then nothing of the call is known to be stored. */
  add(call: ReceivedCall): Promise<CallOutcome> {
    return this.batcher.add(call);
  }

  /** Resolves when nothing waits. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  private async commit(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    try {
      return await this.commitGroup(calls);
    } catch (error) {
      if (!(error instanceof StoreRefusedError)) throw error;
      // One call cannot be stored even in quarantine, and took the group with it. In commits of their own only that
      // call fails.
      return calls.length === 1 ? [{ kind: 'failed', error }] : await this.commitCallByCall(calls);
    }
  }

  /** Prepares one group after the other, so that groups reach the store in the order in which they were formed. */
  private prepare(calls: readonly ReceivedCall[], configuration: CompiledConfiguration): Promise<PreparedGroup> {
    const prepared = this.preparing.then(() => PreparedGroup.prepare(calls, configuration));
    this.preparing = prepared.catch(() => undefined);
    return prepared;
  }

  private async commitCallByCall(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    const outcomes: CallOutcome[] = [];
    for (const call of calls) outcomes.push(...(await this.commit([call])));
    return outcomes;
  }

  private async commitGroup(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const configuration = this.configuration.current;
      const group = await this.prepare(calls, configuration);
      const stored =
        group.events.length === 0
          ? []
          : await this.store.storeGroup(configuration.revision, group.events, (event, reason) =>
              group.quarantined(event, reason),
            );
      if (stored !== 'stale') return group.outcomes(stored);
      await this.configuration.refresh();
    }
    throw new Error(`The configuration changed ${MAX_ROUNDS} times while one group of events waited.`);
  }
}
