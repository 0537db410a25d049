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
      this.logger.warn({ err: error }, `${what} failed, will be repeated`);
    let last = { found: false, tookMs: 0 };
    const sweepOnce = async (): Promise<void> => {
      const begun = performance.now();
      last = { found: await sweep.once(), tookMs: performance.now() - begun };
    };
    this.sweeps = new Poller(sweepOnce, () => sweepPause(last, wakeUps.queueUp, Math.random()), failed('sweep'));
    this.heartbeats = new Poller(() => heartbeat.once(), HEARTBEAT_INTERVAL_MS, failed('heartbeat'));
  }

  /**
   * Starts the worker. Rejects if the database is unavailable, because the state of the other workers is required
   * before anything is sent.
   */
  async start(): Promise<void> {
    await this.invalidDestinations.watch();
    await this.heartbeat.once();
    // The first heartbeat registers this worker. The second heartbeat shows if this worker is the only worker. If so,
    // it owns every destination at once.
    await this.heartbeat.once();
    this.heartbeats.start(HEARTBEAT_INTERVAL_MS);
    await this.wakeUps.process((destinationId) => this.dispatcher.runSlice(destinationId));
    this.sweeps.start();
  }

  /** Stops claiming deliveries, and finishes or releases deliveries in flight within about `graceMs` milliseconds. */
  async stop(graceMs: number): Promise<void> {
    await this.sweeps.stop();
    await this.dispatcher.stop(graceMs);
    // Heartbeats stop last, because other workers may take over only when this worker has no delivery in flight.
    await this.heartbeats.stop();
    await this.heartbeat
      .leave()
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'deregistering this worker failed, its registration will expire'),
      );
  }
}
