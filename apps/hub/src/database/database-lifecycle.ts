import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PartitionMaintenance } from '@patchbay/database';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { Poller } from '../workers/poller.js';
import { HubDatabase } from './hub-database.js';

const PARTITIONS_EVERY_MS = 3_600_000;

/** Hooks that create and drop partitions while the hub runs, and close the database at the end. */
@Injectable()
export class DatabaseLifecycle implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly maintenance: Poller;

  constructor(
    private readonly database: HubDatabase,
    private readonly partitions: PartitionMaintenance,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.maintenance = new Poller(
      () => this.maintain(),
      PARTITIONS_EVERY_MS,
      (error) =>
        logger.warn({ err: error, task: 'partition maintenance' }, 'maintenance task failed, next run repeats it'),
    );
  }

  /** Creates the partitions that the first events need. */
  async onModuleInit(): Promise<void> {
    await this.partitions.prepare();
  }

  onApplicationBootstrap(): void {
    this.maintenance.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.maintenance.stop();
    await this.database.close();
  }

  private async maintain(): Promise<void> {
    const { clockMismatch } = await this.partitions.run(this.stopping.signal);
    if (clockMismatch !== null) this.logger.error({ reason: clockMismatch }, 'nothing was deleted by age');
  }
}
