/** What an operator should know about the clocks of this process. */
export interface ClockCheck {
  /** Clock of this host minus the clock of PostgreSQL, in milliseconds. */
  offsetMs(): number;
  /** Why this process deletes nothing by age; null if it does, or leaves that to another process. */
  retentionBlockedBy(): string | null;
}
