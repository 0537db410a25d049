import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { StandingLease } from '@patchbay/database';
import { HubDatabase } from '../database/hub-database.js';
import { inTime } from './in-time.js';

/** Time without a renewal after which another process reports the metrics of the whole hub, in milliseconds. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
/** Time after its last scrape for which a process renews the lease, in milliseconds. Longer than scrapes are apart. */
const RENEWED_FOR_MS = 5 * 60_000;

/**
 * Choice of the process that reports the metrics of the whole hub, such as the backlog. The first process that is
 * scraped reports them until it ends or is not scraped any more. A process that nobody scrapes never reports them.
 */
@Injectable()
export class MetricsReporter implements OnApplicationShutdown {
  private readonly lease: StandingLease;
  private renewals: NodeJS.Timeout | undefined;
  private scrapedAt = -Infinity;
  private isDatabaseUp = false;

  constructor({ dataSource }: HubDatabase) {
    this.lease = new StandingLease(dataSource, 'hub metrics', LEASE_MS);
  }

  /** True if this process reports the metrics of the whole hub. */
  get isReporter(): boolean {
    return this.lease.isHeld;
  }

  /** True if the database answered during the newest scrape. */
  get databaseUp(): boolean {
    return this.isDatabaseUp;
  }

  /** Prepares a scrape: becomes the reporter if there is none. Never throws. */
  async beforeScrape(): Promise<void> {
    this.scrapedAt = performance.now();
    this.renewals ??= setInterval(() => void this.renew(), RENEW_EVERY_MS).unref();
    this.isDatabaseUp = (await inTime(this.hold())) === true;
  }

  /** Lets another process report at once. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.renewals);
    if (this.lease.isHeld) await this.release();
  }

  private async renew(): Promise<void> {
    if (!this.lease.isHeld) return;
    if (performance.now() - this.scrapedAt < RENEWED_FOR_MS) await this.hold();
    else await this.release();
  }

  /** Acquires or renews the lease. Returns false if the database is unavailable. */
  private hold(): Promise<boolean> {
    return this.lease.hold().then(
      () => true,
      () => false,
    );
  }

  /** Releases the lease. If the database is unavailable, the lease expires. */
  private async release(): Promise<void> {
    await this.lease.release().catch(() => undefined);
  }
}
