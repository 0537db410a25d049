import { errorCode } from '../query/sql-error.js';

/** Use of the read replica. The reason of a state that is not `in_use` says what to do. */
export type ReplicaStatus =
  | { readonly state: 'in_use'; readonly lagMs: number; readonly reason: null }
  | {
      readonly state: 'behind';
      /** Null if the lag is not known yet. */ readonly lagMs: number | null;
      readonly reason: string;
    }
  | { readonly state: 'unavailable' | 'unsuitable'; readonly lagMs: null; readonly reason: string };

/** State of the server at the replica's address, with that of the primary. */
export interface ReplicaFacts {
  /** False if two connections led to different servers. */
  readonly isOneServer: boolean;
  /** True if the server replays WAL. */
  readonly isStandby: boolean;
  /** True if the server was copied from the primary, and the address leads to the same database. */
  readonly isSameDatabase: boolean;
  /** True if the server has replayed WAL that the primary does not have. */
  readonly isAhead: boolean;
  /** Maximum age of the data in milliseconds; null if it is not known yet. */
  readonly lagMs: number | null;
}

/** Decides whether lists are read from the replica. */
export function statusOf(facts: ReplicaFacts, maxLagMs: number): ReplicaStatus {
  const { isOneServer, isStandby, isSameDatabase, isAhead, lagMs } = facts;
  if (!isOneServer) {
    return unsuitable('The address leads to several servers. Set DATABASE_REPLICA_URL to one standby.');
  }
  if (!isStandby) {
    return unsuitable(
      'The server is not a hot standby. Set DATABASE_REPLICA_URL to a streaming standby of the primary.',
    );
  }
  if (!isSameDatabase) {
    return unsuitable(
      'The server is not a standby of the database of DATABASE_URL. Set DATABASE_REPLICA_URL to the same database on a standby.',
    );
  }
  if (isAhead) {
    return unsuitable('The standby has changes that the primary does not have. Create it again from the primary.');
  }
  return statusOfLag(lagMs, maxLagMs);
}

/**
 * Decides whether a suitable replica is read.
 * @param lagMs maximum age of the data in milliseconds; null if it is not known yet
 */
export function statusOfLag(lagMs: number | null, maxLagMs: number): ReplicaStatus {
  if (lagMs !== null && lagMs <= maxLagMs) return { state: 'in_use', lagMs, reason: null };
  return {
    state: 'behind',
    lagMs,
    reason: 'The standby is behind by more than DATABASE_REPLICA_MAX_LAG. Check its replication and its load.',
  };
}

/**
 * Returns the status of a replica that did not answer. The reason contains the code of the error, and never its message,
 * which may contain values.
 */
export function unavailable(error?: unknown): ReplicaStatus {
  const code = errorCode(error);
  const cause = code === undefined ? '' : ` (${code})`;
  return {
    state: 'unavailable',
    lagMs: null,
    reason: `The standby, or the primary, did not answer${cause}. Check the address in DATABASE_REPLICA_URL and the server.`,
  };
}

function unsuitable(reason: string): ReplicaStatus {
  return { state: 'unsuitable', lagMs: null, reason };
}
