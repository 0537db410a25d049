import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';

export const WAKE_UP_QUEUE = 'patchbay-wake-ups';

/** Job of a wake-up. It contains ids only. */
export interface WakeUpJob {
  readonly destinationIds: readonly string[];
}

/** Handler of wake-ups and of errors of the queue. */
export interface WakeUpHandler {
  handle(destinationId: string): Promise<void>;
  fault(error: Error): void;
}

/**
 * Takes wake-ups off the queue. A slice lasts a fraction of a second, so a lock that is not renewed for ten seconds
 * belongs to a dead worker. Until the lock expires, further wake-ups of the destination wait, so the lock must be
 * short.
 */
@Processor(WAKE_UP_QUEUE, { concurrency: 50, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 5 })
export class WakeUpProcessor extends WorkerHost {
  constructor(private readonly handler: WakeUpHandler) {
    super();
  }

  /**
   * Wakes each destination of the job. Errors are reported, not retried, because the sweep wakes destinations with
   * work.
   */
  async process(job: Job<WakeUpJob>): Promise<void> {
    await Promise.all(job.data.destinationIds.map((destinationId) => this.wake(destinationId)));
  }

  private async wake(destinationId: string): Promise<void> {
    try {
      await this.handler.handle(destinationId);
    } catch (error) {
      this.handler.fault(error instanceof Error ? error : new Error(String(error)));
    }
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.handler.fault(error);
  }
}
