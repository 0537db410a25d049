import { Batcher } from '../batcher.js';
import type { DeliveryDecision } from './delivery.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { StatusUpdateStore } from './status-update-store.port.js';

/** Batching options of an {@link OutcomeRecorder}. Times are in milliseconds. */
export interface OutcomeRecorderOptions {
  readonly lingerMs: number;
  readonly maxBatch: number;
  readonly maxInFlight: number;
  /** Pause before a failed batch is written again. */
  readonly retryDelayMs: number;
}

interface Outcome {
  readonly decision: DeliveryDecision;
  /** Null if the destination's vendor sends no status callbacks. */
  readonly callbackDestinationId: string | null;
}

/**
 * Writes decisions in batches. A failed write is repeated until it succeeds: the message was already sent, so the loss
 * of an outcome would send the message twice. The fencing token makes a late write harmless.
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
   * Records a decision. Resolves to false if nothing was written, because another worker has taken over the delivery.
   * @param callbackDestinationId the delivery's destination if its vendor sends status callbacks, else null
   */
  record(decision: DeliveryDecision, callbackDestinationId: string | null): Promise<boolean> {
    return this.batcher.add({ decision, callbackDestinationId });
  }

  /** Resolves when all decisions are written. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  /** Stops repeating failed writes, at the end of a shutdown. Leases cover the deliveries that were not written. */
  abandon(): void {
    this.giveUp = true;
  }

  private async write(outcomes: readonly Outcome[]): Promise<readonly boolean[]> {
    const decisions = outcomes.map(({ decision }) => decision);
    const written = await this.writeUntilWritten(decisions);
    await this.applyPending(outcomes.filter(({ decision }) => written.has(decision.id)));
    return decisions.map(({ id }) => written.has(id));
  }

  /**
   * Applies status updates that arrived before the vendor's answer. A failure does not repeat the write of the
   * outcome.
   */
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
