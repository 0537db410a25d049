import type { Clock, EventStore, NewEvent, QuarantineRefused, StoredOutcome } from '@patchbay/core';
import type { Logger } from 'pino';
import type { HubMetrics } from '../metrics/hub-metrics.js';

/** A sender can exceed the budget with every event, so each subscription is logged once in this time, in milliseconds. */
const LOG_EVERY_MS = 60_000;
/** Subscriptions whose last line is remembered. */
const MAX_REMEMBERED = 1_000;

/** Counts and logs the filters that exceeded their budget for an event that was stored. */
export class FilterBudgetReport implements EventStore {
  private readonly loggedAt = new Map<string, number>();

  /** @param brandName of a brand's id; undefined if the brand was deleted meanwhile */
  constructor(
    private readonly store: EventStore,
    private readonly metrics: Pick<HubMetrics, 'filterBudgetExceeded'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly clock: Clock,
    private readonly brandName: (id: string) => string | undefined,
  ) {}

  async storeGroup(
    revision: number,
    events: readonly NewEvent[],
    quarantine?: QuarantineRefused,
  ): Promise<readonly StoredOutcome[] | 'stale'> {
    const stored = await this.store.storeGroup(revision, events, quarantine);
    if (stored !== 'stale') {
      events.forEach((event, index) => {
        if (event.overBudget.length > 0 && stored[index]?.kind === 'accepted') this.report(event);
      });
    }
    return stored;
  }

  private report({ id, type, brandId, overBudget }: NewEvent): void {
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
