import {
  NO_SKIPS,
  type Replay,
  type ReplayFilter,
  type ReplayMapping,
  type ReplaySkips,
  type ReplayState,
  type ClaimedReplay,
} from '@patchbay/core';

/** Row of `replays`. */
export interface ReplayRow {
  readonly id: string;
  readonly brand_id: string;
  readonly state: ReplayState;
  readonly mapping: ReplayMapping;
  readonly filter: ReplayFilter;
  readonly rate_per_second: number | null;
  readonly requested_by: string;
  readonly expected: number;
  readonly expected_is_exact: boolean;
  readonly cursor: string | null;
  readonly scanned: number;
  readonly created: number;
  readonly skipped: Partial<ReplaySkips>;
  readonly next_at: Date;
  readonly lease_token: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly ended_at: Date | null;
}

/** Converts a row to the port's type. */
export function toReplay(row: ReplayRow): Replay {
  return {
    id: row.id,
    brandId: row.brand_id,
    state: row.state,
    mapping: row.mapping,
    filter: row.filter,
    ratePerSecond: row.rate_per_second,
    requestedBy: row.requested_by,
    expected: row.expected,
    expectedIsExact: row.expected_is_exact,
    scanned: row.scanned,
    created: row.created,
    // Rows of older versions lack the newer reasons.
    skipped: { ...NO_SKIPS, ...row.skipped },
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

/** Row of a claimed replay, with the time of the claim. */
export interface ClaimedRow extends ReplayRow {
  readonly claimed_at: Date;
}

/** Converts the row of a claimed replay to the port's type. */
export function toClaimedReplay(row: ClaimedRow, token: string): ClaimedReplay {
  const { cursor, next_at: nextAt, claimed_at: claimedAt } = row;
  return { ...toReplay(row), token, cursor, nextAt: nextAt.getTime(), claimedAt: claimedAt.getTime() };
}
