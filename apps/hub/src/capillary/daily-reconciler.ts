import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  CapillaryReconciliation,
  DAY_MS,
  dayOf,
  LiveConfiguration,
  LogChecks,
  ReconciliationError,
  type Clock,
  type ReconciliationStore,
} from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { CLOCK } from '../database/database.module.js';
import { Poller } from '../workers/poller.js';
import { Workers } from '../workers/workers.js';

export const RECONCILIATION_STORE = Symbol('ReconciliationStore');

const POLL_INTERVAL_MS = 900_000;
/** Name under which the task starts checks of the log. */
const REQUESTED_BY = 'daily comparison';
/** Time after the end of a day at which it is compared, in milliseconds. Capillary may count with a delay. */
const AFTER_DAY_MS = 2 * 3_600_000;

/**
 * Task that compares the events of registered brands with Capillary's counts, once per day, for the last seven days. If
 * more events are missing than before, it starts a check of the log. One process at a time runs it.
 */
@Injectable()
export class DailyReconciler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  constructor(
    private readonly workers: Workers,
    private readonly configuration: LiveConfiguration,
    private readonly reconciliation: CapillaryReconciliation,
    private readonly logChecks: LogChecks,
    @Inject(RECONCILIATION_STORE) private readonly store: ReconciliationStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.poller = new Poller(
      () => this.once(),
      POLL_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'comparing events with Capillary failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.workers.add(this.poller);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.poller.stop();
  }

  /** Compares the brands whose last day was not compared yet. */
  once(): Promise<void> {
    return this.store.runAlone(async (renew) => {
      const day = dayOf(this.clock.now() - DAY_MS - AFTER_DAY_MS);
      for (const id of await this.store.brandsToCompare(day)) {
        await renew();
        await this.compare(id, day);
      }
    });
  }

  private async compare(brandId: string, day: string): Promise<void> {
    const brand = await this.configuration.brand(brandId);
    if (brand === null) return;
    const { name } = brand.brand;
    try {
      const { days, grown } = await this.reconciliation.run(brand, { to: day });
      const gaps = days.filter(({ missing }) => missing > 0).map(({ day: one, missing }) => ({ day: one, missing }));
      if (gaps.length > 0) this.logger.warn({ brand: name, gaps }, 'events of Capillary are missing');
      const [from, to = from] = [grown[0], grown.at(-1)];
      if (from !== undefined && to !== undefined) await this.logChecks.start(brand, { from, to }, REQUESTED_BY);
    } catch (error) {
      if (error instanceof ReconciliationError) {
        this.logger.warn({ brand: name, reason: error.message }, 'events cannot be compared with Capillary');
      } else this.logger.warn({ brand: name, err: error }, 'comparing events with Capillary failed, will be repeated');
    }
  }
}
