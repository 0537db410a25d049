import type { Dispatcher, Sweep, WakeUps } from '@patchbay/core';
import type { Logger } from 'pino';

const SWEEP_EVERY_MS = 1_000;

/** Keeps the delivery half of a process going: takes wake-ups, sweeps, and comes to an orderly end. */
export class DeliveryWorker {
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly sweep: Sweep,
    private readonly wakeUps: WakeUps,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    await this.wakeUps.process((destinationId) => this.dispatcher.runSlice(destinationId));
    this.scheduleSweep(0);
  }

  /** Takes nothing new, finishes or hands back what is in flight within about `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.sweeping;
    await this.dispatcher.stop(graceMs);
  }

  /** One round after the other, never two at a time. */
  private scheduleSweep(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep
        .once()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'a sweep failed; the next one tries again'))
        .then(() => {
          if (!this.stopped) this.scheduleSweep(SWEEP_EVERY_MS);
        });
    }, delayMs);
  }
}
