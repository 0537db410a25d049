/** Result of one check. */
export interface Finding {
  readonly name: string;
  /** Facts in one line. Absent if the check has none. */
  readonly facts?: string;
  /** Problems, each with its fix. */
  readonly problems: readonly string[];
  /** Findings that do not fail the check. Absent if the check has none. */
  readonly warnings?: readonly string[];
}
