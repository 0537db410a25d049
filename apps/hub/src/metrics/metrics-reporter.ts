import type { OnApplicationShutdown } from '@nestjs/common';
import type { StandingLease } from '@patchbay/database';
import { inTime } from '../http/in-time.js';

/** Maximum time that a scrape waits for a value, in milliseconds. Two waits are shorter than the limit of Prometheus. */
export const SCRAPE_WAIT_MS = 3_000;
/** Time without a renewal after which another process reports the metrics of the whole hub, in milliseconds. */
export const REPORTER_LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
/** Time after its last scrape for which a process renews the lease, in milliseconds. Longer than scrapes are apart. */
const RENEWED_FOR_MS = 5 * 60_000;

/**
 * Choice of the process that reports the metrics of the whole hub, such as the backlog. The first process that is
 * scraped reports them until it ends or is not scraped any more. A process that nobody scrapes never reports them.
 */
export class MetricsReporter implements OnApplicationShutdown {
  private renewals: NodeJS.Timeout | undefined;
  private scrapedAt = -Infinity;
  private isDatabaseUp = false;
  private isClosed = false;
  /** Newest attempt to acquire or renew the lease. */
  private holding: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly lease: Pick<StandingLease, 'hold' | 'isHeld' | 'release'>) {}

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
    this.isDatabaseUp = (await inTime(this.hold(), SCRAPE_WAIT_MS)) === true;
  }

  /** Lets another process report at once. A renewal that still runs ends first, because it would take the lease again. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.renewals);
    await inTime(this.holding, SCRAPE_WAIT_MS);
    if (this.lease.isHeld) await this.release();
  }

  private async renew(): Promise<void> {
    if (!this.lease.isHeld) return;
    if (performance.now() - this.scrapedAt < RENEWED_FOR_MS) await this.hold();
    else await this.release();
  }

  /** Acquires or renews the lease. Returns false if the database is unavailable, or after the shutdown. */
  private hold(): Promise<boolean> {
    if (this.isClosed) return Promise.resolve(false);
    this.holding = this.lease.hold().then(
      () => true,
      () => false,
    );
    return this.holding;
  }

  /** Releases the lease. If the database is unavailable, the lease expires. */
  private async release(): Promise<void> {
    await this.lease.release().catch(() => undefined);
  }
}
