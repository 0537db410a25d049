import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { LiveConfiguration, type ConfigurationNotice, type ConfigurationStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { HUB_ENVIRONMENT, LOGGER } from '../context/hub-options.js';
import { CONFIGURATION_STORE } from '../database/database.module.js';
import { BrandFiles } from './apply-brand-files.js';
import type { HubEnvironment } from '@patchbay/config';

const REFRESH_EVERY_MS = 5_000;

/** Hooks that apply the brand files and load the configuration at the start, and then keep it current. */
@Injectable()
export class ConfigurationRefresh implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly running = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;
  private unsubscribe: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly files: BrandFiles,
    private readonly configuration: LiveConfiguration,
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'onChange'>,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.environment.role !== 'worker') await this.files.apply();
    await this.configuration.refresh();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.unsubscribe = await this.store.onChange((notice) => this.refresh(notice));
    // If a notice of a change is lost, this timer refreshes the configuration some seconds later. Code that needs the
    // current configuration at once refreshes it itself.
    this.timer = setInterval(() => this.refresh(null), REFRESH_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.running, this.unsubscribe()]);
  }

  /** @param notice notice of the change; null if the change is unknown */
  private refresh(notice: ConfigurationNotice | null): void {
    const task = this.configuration
      .refreshAfter(notice)
      .catch((error: unknown) =>
        this.logger.warn({ err: error, task: 'configuration refresh' }, 'maintenance task failed, next run repeats it'),
      )
      .finally(() => this.running.delete(task));
    this.running.add(task);
  }
}
