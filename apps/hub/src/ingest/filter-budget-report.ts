import type { Clock, NewEvent } from '@patchbay/core';
import type { Logger } from 'pino';
import type { HubMetrics } from '../metrics/hub-metrics.js';

/**
 * Minimum time between two log lines about one subscription, in milliseconds, because a sender can exceed the budget
 * with every event.
 */
const LOG_EVERY_MS = 60_000;
/** Maximum number of subscriptions whose last log time is stored. */
const MAX_REMEMBERED = 1_000;

/**
 * Report of filters that exceeded their budget for a stored event. It counts all of these filters, and logs some of
 * them.
 */
export class FilterBudgetReport {
  private readonly loggedAt = new Map<string, number>();

  /** @param brandName returns the name of a brand by its id; undefined if the brand was deleted */
  constructor(
    private readonly metrics: Pick<HubMetrics, 'filterBudgetExceeded'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly clock: Clock,
    private readonly brandName: (id: string) => string | undefined,
  ) {}

  /** Reports the filters that exceeded their budget for one stored event. */
  report({ id, type, brandId, overBudget }: NewEvent): void {
    const brand = this.brandName(brandId) ?? brandId;
    this.metrics.filterBudgetExceeded(brand, overBudget.length);
    for (const subscription of overBudget) {
      if (!this.isDue(`${brandId}/${subscription}`)) continue;
      this.logger.warn({ brand, subscription, eventId: id, eventType: type }, 'filter budget exceeded, event not sent');
    }
  }

  private isDue(key: string): boolean {
    const now = this.clock.now();
    if (now < (this.loggedAt.get(key) ?? -Infinity) + LOG_EVERY_MS) return false;
    if (this.loggedAt.size >= MAX_REMEMBERED) this.loggedAt.clear();
    this.loggedAt.set(key, now);
    return true;
  }
}
