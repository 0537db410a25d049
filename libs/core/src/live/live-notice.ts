/** Maximum number of new rows that a snapshot counts per brand or destination. */
export const LIVE_COUNT_LIMIT = 5_000;

/**
 * Time before a snapshot from which it counts rows, in milliseconds. A row is committed shortly after its id is made,
 * and ids are not committed in order.
 */
export const LIVE_OVERLAP_MS = 3_000;

/** Newest rows of one kind in a snapshot. */
export interface RecentRows {
  /** Number of rows since the start of the previous snapshot's window. */
  readonly sincePrevious: number;
  /** Number of rows since the start of this snapshot's window. */
  readonly inWindow: number;
  /** Id of the newest row. Null if there is none in either window. */
  readonly newestId: string | null;
}

/** Newest rows of a brand, the last pause of its destinations, and the revision of the brand. */
export interface LiveSnapshot {
  readonly events: RecentRows;
  readonly deliveries: RecentRows;
  readonly revision: number;
  /** Number of the last pause or resumption of a destination of the brand. 0 if there was none. */
  readonly pauseSeq: number;
}

/** New rows of one kind. */
export interface NewRows {
  readonly count: number;
  /** False if there are more new rows than a snapshot counts. */
  readonly countIsExact: boolean;
  readonly newestId: string;
}

/** Notice that something is new. Contains no content. */
export interface LiveNotice {
  /** Null if there are no new events. */
  readonly events: NewRows | null;
  /** Null if there are no new deliveries. */
  readonly deliveries: NewRows | null;
  /** New revision of the brand. Null if it is unchanged. */
  readonly revision: number | null;
  /** Number of the newest pause or resumption in the brand. Null if it is unchanged. */
  readonly pauseSeq: number | null;
}

/** Returns what is new since the previous snapshot. Null if nothing is new. */
export function noticeOf(previous: LiveSnapshot, current: LiveSnapshot): LiveNotice | null {
  const events = newRows(previous.events, current.events);
  const deliveries = newRows(previous.deliveries, current.deliveries);
  const revision = current.revision === previous.revision ? null : current.revision;
  const pauseSeq = current.pauseSeq === previous.pauseSeq ? null : current.pauseSeq;
  const notice: LiveNotice = { events, deliveries, revision, pauseSeq };
  return Object.values(notice).every((value) => value === null) ? null : notice;
}

function newRows(previous: RecentRows, { sincePrevious, newestId }: RecentRows): NewRows | null {
  if (newestId === null) return null;
  const isExact = sincePrevious < LIVE_COUNT_LIMIT;
  if (!isExact) {
    return newestId === previous.newestId ? null : { count: LIVE_COUNT_LIMIT, countIsExact: false, newestId };
  }
  const count = sincePrevious - previous.inWindow;
  return count > 0 ? { count, countIsExact: true, newestId } : null;
}
