import type { DeliveryState, RedeliveryRefusal } from '@patchbay/core';
import type { CountByEndedState, RefusedRedeliveryDto } from './bulk-redelivery.dto.js';

/** Maximum number of deliveries that are named per reason. */
const MAX_NAMED = 10;

/** Counts the deliveries of a bulk redelivery: sent deliveries by state, and refused deliveries by reason. */
export class RedeliveryTally {
  readonly countByState: CountByEndedState = {};
  private readonly byReason = new Map<
    string,
    { readonly code: RedeliveryRefusal; count: number; readonly deliveries: string[] }
  >();

  get count(): number {
    return Object.values(this.countByState).reduce((sum, count) => sum + count, 0);
  }

  get refused(): readonly RefusedRedeliveryDto[] {
    return [...this.byReason].map(([reason, refused]) => ({ reason, ...refused }));
  }

  /** Counts a delivery that is sent again. */
  redelivered(state: DeliveryState): void {
    this.countByState[state] = (this.countByState[state] ?? 0) + 1;
  }

  /** Counts a delivery that is left out. */
  refuse(id: string, code: RedeliveryRefusal, reason: string): void {
    const known = this.byReason.get(reason) ?? { code, count: 0, deliveries: [] };
    known.count += 1;
    if (known.deliveries.length < MAX_NAMED) known.deliveries.push(id);
    this.byReason.set(reason, known);
  }
}
