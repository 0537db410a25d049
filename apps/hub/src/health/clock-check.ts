/** Clock state of this process, for metrics and health. */
export interface ClockCheck {
  /** Clock of this host minus the clock of PostgreSQL, in milliseconds. */
  offsetMs(): number;
  /** Reason for which this process deletes nothing by age. Null if it does, or if another process does. */
  retentionBlockedBy(): string | null;
}
