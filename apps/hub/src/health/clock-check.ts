/** Clock state of this process, for metrics and health. */
export interface ClockCheck {
  /** Clock of this host minus the clock of PostgreSQL, in milliseconds. */
  offsetMs(): number;
  /** Reason why this process deletes no data by age. Null if this process or another process deletes data. */
  retentionBlockedBy(): string | null;
}
