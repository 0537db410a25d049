import type { RecentRows } from './live-notice.js';

/** A brand, and the starts of the windows in which its new rows are counted, in milliseconds since the epoch. */
export interface LiveQuery {
  readonly brandId: string;
  readonly previousFrom: number;
  readonly from: number;
}

/** Newest rows of a brand. */
export interface RecentOfBrand {
  readonly brandId: string;
  readonly events: RecentRows;
  readonly deliveries: RecentRows;
  /** Number of the last pause or resumption of a destination of the brand. 0 if there was none. */
  readonly pauseSeq: number;
}

/** Cheap reads of the newest rows of brands. */
export interface LiveStore {
  /** Counts the newest rows of each brand in one statement. */
  recent(brands: readonly LiveQuery[]): Promise<readonly RecentOfBrand[]>;
}
