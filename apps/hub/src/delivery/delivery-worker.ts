import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  DestinationHealth,
  DirectDelivery,
  Dispatcher,
  FallbackSteps,
  HealthReporter,
  Heartbeat,
  InvalidDestinations,
  LiveConfiguration,
  PausedDestinations,
  Sweep,
  WorkerRing,
  type Clock,
  type DeliveryStore,
  type WorkerRegistry,
} from '@patchbay/core';
import { PluginGateway, type ConnectionOwner } from '@patchbay/plugin-host';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { CLOCK, DELIVERY_STORE, WORKER_REGISTRY } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';
import { sweepPause } from './sweep-pause.js';

const HEARTBEAT_INTERVAL_MS = 1_000;
const HEALTH_REPORT_INTERVAL_MS = 3_000;
/** Time to finish deliveries in flight at shutdown, in milliseconds. */
const SHUTDOWN_GRACE_MS = 10_000;

/**
 * Runs the deliveries of a process: takes wake-ups, sends heartbeats, sweeps for due deliveries, and stops these tasks
 * in order.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sweeps: Poller;
  private readonly heartbeats: Poller;
  private readonly heartbeat: Heartbeat;
  private readonly healthReports: Poller;
  private readonly healthReporter: HealthReporter;
  private started = false;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly direct: DirectDelivery,
    private readonly invalidDestinations: InvalidDestinations,
    private readonly wakeUps: BullWakeUps,
    private readonly workers: Workers,
    fallbacks: FallbackSteps,
    ring: WorkerRing,
    health: DestinationHealth,
    paused: PausedDestinations,
    configuration: LiveConfiguration,
    gateway: PluginGateway,
    @Inject(DELIVERY_STORE) store: DeliveryStore,
    @Inject(WORKER_REGISTRY) registry: WorkerRegistry,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const sweep = new Sweep(store, dispatcher, fallbacks, ring, clock);
    const heartbeat = new Heartbeat(registry, ring, health, paused);
    const beat = async (): Promise<void> => {
      await heartbeat.once();
      gateway.retireConnectionsUnless((owner) => isCallable(owner, configuration, paused));
    };
    const failed = (what: string) => (error: unknown) =>
      this.logger.warn({ err: error }, `${what} failed, will be repeated`);
    let last = { found: false, tookMs: 0 };
    const sweepOnce = async (): Promise<void> => {
      const begun = performance.now();
      last = { found: await sweep.once(), tookMs: performance.now() - begun };
    };
    this.sweeps = new Poller(sweepOnce, () => sweepPause(last, wakeUps.queueUp, Math.random()), failed('sweep'));
    this.heartbeats = new Poller(beat, HEARTBEAT_INTERVAL_MS, failed('heartbeat'));
    this.heartbeat = heartbeat;
    this.healthReporter = new HealthReporter(registry, health);
    this.healthReports = new Poller(
      () => this.healthReporter.once(),
      HEALTH_REPORT_INTERVAL_MS,
      failed('health report'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this);
  }

  /**
   * Starts the worker. Rejects if the database is unavailable, because the worker must read the state of the other
   * workers before it sends anything.
   */
  async start(): Promise<void> {
    this.started = true;
    await this.heartbeat.once();
    // The first heartbeat shows which destinations are paused already.
    this.invalidDestinations.watch();
    // The first heartbeat registers this worker. The second heartbeat shows if this worker is the only worker. If so,
    // this worker immediately owns every destination.
    await this.heartbeat.once();
    this.heartbeats.start(HEARTBEAT_INTERVAL_MS);
    this.healthReports.start(HEALTH_REPORT_INTERVAL_MS);
    await this.wakeUps.process(this.dispatcher.runSlice.bind(this.dispatcher));
    this.sweeps.start();
    this.direct.start();
  }

  /**
   * Stops claiming deliveries, and finishes or releases deliveries in flight. Closes the wake-ups first, because a
   * stopped dispatcher would drop wake-ups that other processes need.
   */
  async onApplicationShutdown(): Promise<void> {
    try {
      await this.wakeUps.close();
    } finally {
      if (this.started) await this.stopDelivering();
    }
  }

  private async stopDelivering(): Promise<void> {
    await this.sweeps.stop();
    await this.dispatcher.stop(SHUTDOWN_GRACE_MS);
    // Heartbeats stop last, because other workers may take over only when this worker has no delivery in flight.
    await this.heartbeats.stop();
    await this.heartbeat
      .leave()
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'deregistering this worker failed, its registration will expire'),
      );
    await this.healthReports.stop();
    await this.healthReporter
      .once()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the last health report of this worker failed'));
  }
}

/** Returns true if a destination may be called and still has this version. */
function isCallable(
  { id, version }: ConnectionOwner,
  configuration: LiveConfiguration,
  { pauseSeqs }: PausedDestinations,
): boolean {
  const record = configuration.brandOfQueueIfLoaded(id)?.destinations.get(id);
  return record?.version === version && !record.disabled && !pauseSeqs.has(id);
}
