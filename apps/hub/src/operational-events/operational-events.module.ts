import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LiveConfiguration, OperationalRelay, type Clock, type OperationalOutbox } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { MessagingChannel } from '@patchbay/plugin-sdk';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { LOGGER } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, OPERATIONAL_OUTBOX } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';
import { MissingStatusWorker } from './missing-status-worker.js';

const POLL_INTERVAL_MS = 1_000;

/** Worker that publishes operational events once per second, until the outbox is empty. */
@Injectable()
class OperationalWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  constructor(
    private readonly workers: Workers,
    configuration: LiveConfiguration,
    wakeUps: BullWakeUps,
    gateway: PluginGateway,
    @Inject(OPERATIONAL_OUTBOX) outbox: OperationalOutbox,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    // Deliveries that ended for the same reason share one event per minute.
    const options = { batch: 100, intervalMs: 60_000 };
    const onFault = (error: unknown, scope: string): void =>
      logger.error({ err: error, scope }, 'publishing outbox entry failed, will be repeated in a minute');
    const channelOf = (type: string): MessagingChannel | null => gateway.facts(type)?.messaging ?? null;
    const relay = new OperationalRelay(outbox, configuration, wakeUps, clock, options, onFault, channelOf);
    this.poller = new Poller(
      async () => (await relay.once()) > 0,
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'publishing operational events failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.poller);
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }
}

/** Module of operational events, which are events of the hub itself. */
@Module({
  imports: [DatabaseModule, ConfigurationModule, DeliveryModule],
  providers: [OperationalWorker, MissingStatusWorker],
})
export class OperationalEventsModule {}
