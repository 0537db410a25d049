import { expect, it } from '@jest/globals';
import { MetricsReporter } from './metrics-reporter.js';

/** Lease whose statements end when the test says so. */
class SlowLease {
  readonly statements: string[] = [];
  isHeld = false;
  endHold: () => void = () => undefined;

  hold(): Promise<void> {
    this.statements.push('hold');
    return new Promise((resolve) => {
      this.endHold = () => {
        this.isHeld = true;
        resolve();
      };
    });
  }

  release(): Promise<void> {
    this.statements.push('release');
    this.isHeld = false;
    return Promise.resolve();
  }
}

it('a shutdown waits for a running renewal before it releases the lease, and renews no more', async () => {
  const lease = new SlowLease();
  const reporter = new MetricsReporter(lease);
  const scrape = reporter.beforeScrape();
  const shutdown = reporter.onApplicationShutdown();
  expect(lease.statements).toEqual(['hold']);
  lease.endHold();
  await Promise.all([scrape, shutdown]);
  expect(lease.statements).toEqual(['hold', 'release']);
  await reporter.beforeScrape();
  expect([lease.statements.length, reporter.isReporter]).toEqual([2, false]);
});
