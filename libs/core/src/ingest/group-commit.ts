import { Batcher } from '../batcher.js';
import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { StoreRefusedError, type EventStore } from './event-store.port.js';
import { PreparedGroup } from './prepared-group.js';
import type { CallOutcome, ReceivedCall } from './received-call.js';

/** Limits of {@link GroupCommit}. */
export interface GroupCommitOptions {
  readonly lingerMs: number;
  /** Maximum events per group. A single call with more events forms its own group. */
  readonly maxGroup: number;
  readonly maxInFlight: number;
}

/** Maximum rounds. Each round uses the newest revision, so more rounds mean that the revision changes constantly. */
const MAX_ROUNDS = 20;

/**
 * Group commit of received calls. Calls that arrive together are stored in one commit; a call is never split. Every round
 * uses one revision of the configuration, which the commit checks. If the revision is stale, the calls are prepared again
 * with the newest revision.
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

  /** Returns the number of events that wait for a group. */
  get queued(): number {
    return this.batcher.queued;
  }

  /** Stores a call. Resolves after the commit. Rejects if the database is away; the call may or may not be stored then. */
  add(call: ReceivedCall): Promise<CallOutcome> {
    return this.batcher.add(call);
  }

  /** Resolves when no call waits. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  private async commit(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    try {
      return await this.commitGroup(calls);
    } catch (error) {
      if (!(error instanceof StoreRefusedError)) throw error;
      // One call cannot be stored even in quarantine, so the whole group failed. With one commit per call, only that call
      // fails.
      return calls.length === 1 ? [{ kind: 'failed', error }] : await this.commitCallByCall(calls);
    }
  }

  /** Prepares groups sequentially, so that they reach the store in the order in which they were formed. */
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
    throw new Error(
      `A group of events was not stored, because the configuration changed ${MAX_ROUNDS} times meanwhile. Send the ` +
        'events again.',
    );
  }
}
