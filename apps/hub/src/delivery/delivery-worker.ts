import type { Dispatcher, Heartbeat, Sweep, WakeUps, InvalidDestinations } from '@patchbay/core';
import type { Logger } from 'pino';
import { Poller } from './poller.js';
import { sweepPause } from './sweep-pause.js';

const HEARTBEAT_INTERVAL_MS = 1_000;

/** Runs the delivery half of a process: takes wake-ups, sends heartbeats, sweeps, and stops in order. */
export class DeliveryWorker {
  private readonly sweeps: Poller;
  private readonly heartbeats: Poller;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly invalidDestinations: Pick<InvalidDestinations, 'watch'>,
    sweep: Sweep,
    private readonly heartbeat: Heartbeat,
    private readonly wakeUps: WakeUps,
    private readonly logger: Logger,
  ) {
    const failed = (what: string) => (error: unknown) =>
      this.logger.warn({ err: error }, `${what} failed; the next one retries`);
    let last = { found: false, tookMs: 0 };
    const sweepOnce = async (): Promise<void> => {
      const begun = performance.now();
      last = { found: await sweep.once(), tookMs: performance.now() - begun };
    };
    this.sweeps = new Poller(sweepOnce, () => sweepPause(last, wakeUps.queueUp, Math.random()), failed('a sweep'));
    this.heartbeats = new Poller(() => heartbeat.once(), HEARTBEAT_INTERVAL_MS, failed('a heartbeat'));
  }

  /** Rejects where the database is away: what the other workers know has to be known before anything is sent. */
  async start(): Promise<void> {
    await this.invalidDestinations.watch();
    await this.heartbeat.once();
    // The first heartbeat joins. The second finds out whether this worker is alone, and then owns every destination at once.
    await this.heartbeat.once();
    this.heartbeats.start(HEARTBEAT_INTERVAL_MS);
    await this.wakeUps.process((destinationId) => this.dispatcher.runSlice(destinationId));
    this.sweeps.start();
  }

  /** Takes nothing new, finishes or releases what is in flight within about `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await this.sweeps.stop();
    await this.dispatcher.stop(graceMs);
    // It sends heartbeats to the last: what others take over from it must not be in flight here any more.
    await this.heartbeats.stop();
    await this.heartbeat
      .leave()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'this worker could not sign off; it is missed soon'));
  }
}
