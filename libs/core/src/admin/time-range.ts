/**
 * Range of the time of receipt, in milliseconds since the epoch. For a delivery, this is the time of its event or replay.
 */
export interface TimeRange {
  /** Start of the range, inclusive. */
  readonly from?: number;
  /** End of the range, exclusive. */
  readonly to?: number;
}
