import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SourceCounts, type SourceCountStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { SOURCE_COUNT_STORE } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';

const WRITE_EVERY_MS = 3_000;

/** Writes the number of stored events per source every few seconds. Counts that cannot be written are written later. */
@Injectable()
export class SourceCountWriter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly writes: Poller;

  constructor(
    private readonly counts: SourceCounts,
    @Inject(SOURCE_COUNT_STORE) private readonly store: SourceCountStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.writes = new Poller(() => this.write(), WRITE_EVERY_MS, this.onFault.bind(this));
  }

  onApplicationBootstrap(): void {
    this.writes.start(WRITE_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.writes.stop();
    await this.write().catch(this.onFault.bind(this));
  }

  private async write(): Promise<void> {
    const counts = this.counts.take();
    if (counts.length === 0) return;
    try {
      await this.store.add(counts);
    } catch (error) {
      this.counts.putBack(counts);
      throw error;
    }
  }

  private onFault(error: unknown): void {
    this.logger.warn({ err: error }, 'writing the number of events per source failed');
  }
}
