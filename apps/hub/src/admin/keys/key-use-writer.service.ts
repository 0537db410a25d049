import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { KeyUses } from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../../context/hub-options.js';

const FLUSH_INTERVAL_MS = 5_000;

/** Writes the last-used times of keys to the database every few seconds and at shutdown. */
@Injectable()
export class KeyUseWriter implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly uses: KeyUses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write(), FLUSH_INTERVAL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    try {
      await this.uses.flush();
    } catch (error) {
      this.logger.warn({ err: error }, 'storing key usage failed, retrying in the next run');
    }
  }
}
