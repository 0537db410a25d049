import type { LogPosition } from './log-page.js';

/** States of a check. In all states but `running`, the check has ended. */
export const LOG_CHECK_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
/** One of {@link LOG_CHECK_STATES}. */
export type LogCheckState = (typeof LOG_CHECK_STATES)[number];

/** Numbers of log entries of one event type. An event has several entries if Capillary logs each attempt. */
export interface TypeCounts {
  readonly type: string;
  readonly entries: number;
  /** Entries whose event the hub has, including events in quarantine. */
  readonly stored: number;
  /** Entries whose event the hub does not have, and that Capillary is going to send. */
  readonly waiting: number;
  /** Entries whose event the hub did not have, and stored in quarantine because it cannot be read. */
  readonly quarantined: number;
}

/** Event that the hub did not have. */
export interface MissingEvent {
  readonly type: string;
  /** Sender's id, as stored. */
  readonly eventId: string;
  /** Time in the log, in milliseconds since the epoch. Null if the log does not contain it. */
  readonly occurredAt: number | null;
  /** State in the log. Null if the log does not contain it. */
  readonly status: string | null;
  /** True if the event was recovered from the log. */
  readonly recovered: boolean;
}

/** Maximum number of missing and recovered events that a check keeps and counts. */
export const MAX_MISSING = 100_000;
/** Maximum number of event types that a check counts separately. */
const MAX_TYPES = 200;
/** Name under which all further event types are counted. */
const OTHER_TYPES = '*';

/** Check that is being created. */
export interface NewLogCheck {
  /** UUIDv7, by which lists are ordered. */
  readonly id: string;
  readonly brandId: string;
  readonly sourceId: string;
  readonly consumerGroup: string;
  /** First UTC day: `2026-11-24`. */
  readonly from: string;
  /** Last UTC day. */
  readonly to: string;
  readonly requestedBy: string;
}

/** Check of a log and its progress. Times are milliseconds since the epoch. */
export interface LogCheck extends NewLogCheck {
  readonly state: LogCheckState;
  /** Position up to which all entries are compared. */
  readonly position: LogPosition;
  readonly entries: number;
  /** Entries without an id or a type. */
  readonly unreadable: number;
  readonly types: readonly TypeCounts[];
  /** Number of events that the hub does not have, at most {@link MAX_MISSING} with {@link recovered}. */
  readonly missing: number;
  /** Number of events that were recovered from the log. */
  readonly recovered: number;
  /** Reason of a failure, or reason why the check waits. Null if there is none. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** Outcome of the comparison of one entry. */
export type EntryOutcome = 'stored' | 'waiting' | 'quarantined' | 'missing';

/** Adds entries to the counts per type. */
export function addCounts(
  counts: readonly TypeCounts[],
  entries: readonly { readonly type: string; readonly outcome: EntryOutcome }[],
): readonly TypeCounts[] {
  const byType = new Map(counts.map((one) => [one.type, one]));
  for (const { type, outcome } of entries) {
    const key = byType.has(type) || byType.size < MAX_TYPES ? type : OTHER_TYPES;
    const { entries: before, ...others } = byType.get(key) ?? { ...NONE, type: key };
    const counted = outcome === 'missing' ? others : { ...others, [outcome]: others[outcome] + 1 };
    byType.set(key, { ...counted, entries: before + 1 });
  }
  return [...byType.values()];
}

const NONE: Omit<TypeCounts, 'type'> = { entries: 0, stored: 0, waiting: 0, quarantined: 0 };
