import { Batcher } from '../batcher.js';
import type { DeliveryDecision } from './delivery.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { StatusUpdateStore } from './status-update-store.port.js';

/** How decisions are gathered before they are written. Times in milliseconds. */
export interface OutcomeRecorderOptions {
  readonly lingerMs: number;
  readonly maxBatch: number;
  readonly maxInFlight: number;
  /** Pause before a batch that could not be written is written again. */
  readonly retryDelayMs: number;
}

interface Outcome {
  readonly decision: DeliveryDecision;
  /** Null if the destination's vendor sends no status callbacks. */
  readonly callbackDestinationId: string | null;
}

/**
 * Writes decisions in batches. A batch that cannot be written is kept and written again until it can be: the message is
 * out, and forgetting that would send it twice. Its token keeps a late write from doing harm.
 */
export class OutcomeRecorder {
  private readonly batcher: Batcher<Outcome, boolean>;
  private giveUp = false;

  constructor(
    private readonly store: Pick<DeliveryStore, 'record'>,
    private readonly statusUpdates: Pick<StatusUpdateStore, 'applyPending'>,
    private readonly options: OutcomeRecorderOptions,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.batcher = new Batcher((outcomes) => this.write(outcomes), options);
  }

  /**
   * Resolves to false where another worker had taken the delivery over, so that nothing was written.
   * @param callbackDestinationId the delivery's destination if its vendor sends status callbacks, else null
   */
  record(decision: DeliveryDecision, callbackDestinationId: string | null): Promise<boolean> {
    return this.batcher.add({ decision, callbackDestinationId });
  }

  /** Resolves when all is written. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  /** For the end of a shutdown: what cannot be written at the next attempt is left to the leases. */
  abandon(): void {
    this.giveUp = true;
  }

  private async write(outcomes: readonly Outcome[]): Promise<readonly boolean[]> {
    const decisions = outcomes.map(({ decision }) => decision);
    const written = await this.writeUntilWritten(decisions);
    await this.applyPending(outcomes.filter(({ decision }) => written.has(decision.id)));
    return decisions.map(({ id }) => written.has(id));
  }

  /** Applies updates that arrived before the vendor's answer. A failure does not make the outcome be written again. */
  private async applyPending(outcomes: readonly Outcome[]): Promise<void> {
    const named = outcomes.flatMap(({ decision: { id, externalId, attempt }, callbackDestinationId }) =>
      callbackDestinationId === null || (attempt === null && externalId === null)
        ? []
        : [{ destinationId: callbackDestinationId, deliveryId: id, externalId }],
    );
    if (named.length > 0) await this.statusUpdates.applyPending(named).catch(this.onFault);
  }

  private async writeUntilWritten(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>> {
    for (;;) {
      try {
        return await this.store.record(decisions);
      } catch (error) {
        this.onFault(error);
        if (this.giveUp) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.options.retryDelayMs));
      }
    }
  }
}
