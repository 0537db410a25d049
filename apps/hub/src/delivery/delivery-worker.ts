import type { Dispatcher, Heartbeat, Sweep, WakeUps, UnfitDestinations } from '@patchbay/core';
import type { Logger } from 'pino';
import { Poller } from './poller.js';
import { sweepPause } from './sweep-pause.js';

const ROUND_EVERY_MS = 1_000;

/** Keeps the delivery half of a process going: takes wake-ups, beats, sweeps, and comes to an orderly end. */
export class DeliveryWorker {
  private readonly sweeps: Poller;
  private readonly beats: Poller;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly unfit: Pick<UnfitDestinations, 'watch'>,
    sweep: Sweep,
    private readonly heartbeat: Heartbeat,
    private readonly wakeUps: WakeUps,
    private readonly logger: Logger,
  ) {
    const failed = (what: string) => (error: unknown) =>
      this.logger.warn({ err: error }, `${what} failed; the next one tries again`);
    let last = { found: false, tookMs: 0 };
    const sweepOnce = async (): Promise<void> => {
      const begun = performance.now();
      last = { found: await sweep.once(), tookMs: performance.now() - begun };
    };
    this.sweeps = new Poller(sweepOnce, () => sweepPause(last, wakeUps.queueUp, Math.random()), failed('a sweep'));
    this.beats = new Poller(() => heartbeat.once(), ROUND_EVERY_MS, failed('a heartbeat'));
  }

  /** Rejects where the database is away: what the other workers know has to be known before anything is sent. */
  async start(): Promise<void> {
    await this.unfit.watch();
    await this.heartbeat.once();
    // The first beat joins. The second finds out whether this worker is alone, and then owns every destination at once.
    await this.heartbeat.once();
    this.beats.start(ROUND_EVERY_MS);
    await this.wakeUps.process((destinationId) => this.dispatcher.runSlice(destinationId));
    this.sweeps.start();
  }

  /** Takes nothing new, finishes or hands back what is in flight within about `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await this.sweeps.stop();
    await this.dispatcher.stop(graceMs);
    // It beats to the last: what others take over from it must not be in flight here any more.
    await this.beats.stop();
    await this.heartbeat
      .leave()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'this worker could not sign off; it is missed soon'));
  }
}
