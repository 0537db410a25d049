/** Outcomes of a destination's calls since the last report. Times are in milliseconds since the epoch. */
export interface HealthChange {
  readonly destinationId: string;
  /** Time of the last call that succeeded; null if none did. */
  readonly lastSuccessAt: number | null;
  /** Time of the last call that failed; null if none did. */
  readonly lastFailureAt: number | null;
  /** Number of failures after the last success; all failures if no call succeeded. */
  readonly failures: number;
}

/** Change of a destination that is still collected. */
type CollectedChange = { -readonly [Field in keyof HealthChange]: HealthChange[Field] };

/**
 * Collects the outcomes of calls per destination, so that they are written together every few seconds, not with each
 * call.
 */
export class HealthReport {
  private changes = new Map<string, CollectedChange>();

  /** Adds a call that the vendor answered without an error of the destination. */
  succeeded(destinationId: string, now: number): void {
    const change = this.changeOf(destinationId);
    change.lastSuccessAt = now;
    change.failures = 0;
  }

  /** Adds a call that failed. */
  failed(destinationId: string, now: number): void {
    const change = this.changeOf(destinationId);
    change.lastFailureAt = now;
    change.failures += 1;
  }

  /** Returns the collected outcomes and begins anew. */
  take(): readonly HealthChange[] {
    const taken = [...this.changes.values()];
    this.changes = new Map();
    return taken;
  }

  /**
   * Adds outcomes again that were taken but could not be written. If the database wrote them nevertheless, their failures
   * count twice.
   */
  putBack(taken: readonly HealthChange[]): void {
    for (const { destinationId, ...earlier } of taken) {
      const change = this.changeOf(destinationId);
      if (change.lastSuccessAt === null) change.failures += earlier.failures;
      change.lastSuccessAt ??= earlier.lastSuccessAt;
      change.lastFailureAt ??= earlier.lastFailureAt;
    }
  }

  private changeOf(destinationId: string): CollectedChange {
    const known = this.changes.get(destinationId);
    if (known !== undefined) return known;
    const change = { destinationId, lastSuccessAt: null, lastFailureAt: null, failures: 0 };
    this.changes.set(destinationId, change);
    return change;
  }
}
