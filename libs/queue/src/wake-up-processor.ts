import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';

export const WAKE_UP_QUEUE = 'patchbay-wake-ups';

/** A wake-up carries ids and nothing else. */
export interface WakeUpJob {
  readonly destinationIds: readonly string[];
}

/** Told of each wake-up, and of what goes wrong with the queue. */
export interface WakeUpHandler {
  handle(destinationId: string): Promise<void>;
  fault(error: Error): void;
}

/**
 * Takes wake-ups off the queue. A slice lasts a fraction of a second, so a lock that is not renewed for ten belongs to a
 * dead worker; until then its destination's wake-ups are held back, so it must not be long.
 */
@Processor(WAKE_UP_QUEUE, { concurrency: 50, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 5 })
export class WakeUpProcessor extends WorkerHost {
  constructor(private readonly handler: WakeUpHandler) {
    super();
  }

  /** Wakes each of them. What fails is told and forgotten: the sweep wakes again as long as there is work. */
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
