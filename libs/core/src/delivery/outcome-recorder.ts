import { Batcher } from '../batcher.js';
import type { DeliveryDecision } from './delivery.js';
import type { DeliveryStore } from './delivery-store.port.js';

/** How decisions are gathered before they are written. Times in milliseconds. */
export interface OutcomeRecorderOptions {
  readonly lingerMs: number;
  readonly maxBatch: number;
  readonly maxInFlight: number;
  /** Pause before a batch that could not be written is written again. */
  readonly retryDelayMs: number;
}

/**
 * Writes decisions in batches. A batch that cannot be written is kept and written again until it can be: the message is
 * out, and forgetting that would send it twice. Its token keeps a late write from doing harm.
 */
export class OutcomeRecorder {
  private readonly batcher: Batcher<DeliveryDecision, boolean>;
  private giveUp = false;

  constructor(
    private readonly store: Pick<DeliveryStore, 'record'>,
    private readonly options: OutcomeRecorderOptions,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.batcher = new Batcher((decisions) => this.write(decisions), options);
  }

  /** Resolves to false where another worker had taken the delivery over, so that nothing was written. */
  record(decision: DeliveryDecision): Promise<boolean> {
    return this.batcher.add(decision);
  }

  /** Resolves when all is written. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  /** For the end of a shutdown: what cannot be written at the next try is left to the leases. */
  abandon(): void {
    this.giveUp = true;
  }

  private async write(decisions: readonly DeliveryDecision[]): Promise<readonly boolean[]> {
    for (;;) {
      try {
        const written = await this.store.record(decisions);
        return decisions.map(({ id }) => written.has(id));
      } catch (error) {
        this.onFault(error);
        if (this.giveUp) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.options.retryDelayMs));
      }
    }
  }
}
