import type { ConnectionUsage, DatabaseFacts, ReplicaStatus, SchemaState } from '@patchbay/database';
import type { RedisState } from '@patchbay/queue';
import type { MasterKeyState } from '@patchbay/vault';

/** Result of one check of the hub. */
export interface DiagnosisCheck {
  readonly name: string;
  /** Facts in one line, without secrets. */
  readonly facts: string;
  /** Problems that need an action, each with its fix. */
  readonly problems: readonly string[];
  /** Observations that may need an action. */
  readonly warnings: readonly string[];
}

/** Oldest supported major version of PostgreSQL. */
const OLDEST_POSTGRES = 15;
/** Maximum number of data keys whose problems are listed. */
const MAX_KEY_PROBLEMS = 5;

/** Checks the version of PostgreSQL and the number of its connections. */
export function checkPostgres(
  { version, majorVersion }: DatabaseFacts,
  { used, available }: ConnectionUsage,
): DiagnosisCheck {
  const problems =
    majorVersion < OLDEST_POSTGRES
      ? [`PostgreSQL ${version} is too old. Upgrade the server to version ${OLDEST_POSTGRES} or newer.`]
      : [];
  return {
    name: 'database',
    facts: `PostgreSQL ${version}, ${used} of ${available} connections in use`,
    problems,
    warnings: [],
  };
}

/** Checks that lists are read from the replica. If not, they are read from the primary, so this is only a warning. */
export function checkReplica({ state, lagMs, reason }: ReplicaStatus): DiagnosisCheck {
  const lag = lagMs === null ? '' : `, ${(lagMs / 1_000).toFixed(1)} s behind`;
  return {
    name: 'replica',
    facts: `${state === 'in_use' ? 'in use' : state}${lag}`,
    problems: [],
    warnings: reason === null ? [] : [`Lists are read from the primary. ${reason}`],
  };
}

/** Checks that all expanding migrations of this process have run, and whether an upgrade can be ended. */
export function checkSchema(missing: readonly string[], { contracting, olderProcesses }: SchemaState): DiagnosisCheck {
  const next =
    olderProcesses.length === 0
      ? 'End the upgrade with: patchbay schema contract'
      : `Stop the ${olderProcesses.length} processes of older versions, then end the upgrade with: patchbay schema contract`;
  return {
    name: 'schema',
    facts: missing.length === 0 ? 'has what this version needs' : `${missing.length} migrations are missing`,
    problems:
      missing.length === 0
        ? []
        : [`The database lacks the migrations ${missing.join(', ')}. Restart a process of the hub, which runs them.`],
    warnings: contracting.length === 0 ? [] : [`The schema still has parts that only older versions need. ${next}`],
  };
}

/** Checks that a process delivers. */
export function checkWorkers({ liveWorkers }: DatabaseFacts): DiagnosisCheck {
  return {
    name: 'workers',
    facts: `${liveWorkers} live`,
    problems:
      liveWorkers === 0
        ? ['No worker runs, so nothing is delivered. Start a process with PATCHBAY_ROLE=worker or PATCHBAY_ROLE=all.']
        : [],
    warnings: [],
  };
}

/**
 * Checks the queue. A hub without its queue works, so an unavailable queue is only a warning. A REDIS_URL that does not
 * fit its server is a problem, because the queue never becomes available.
 * @param redis null if the queue runs on PostgreSQL
 */
export function checkQueue(redis: RedisState | null, isUp: boolean): DiagnosisCheck {
  const state = isUp ? 'available' : 'unavailable';
  const away = 'The queue is unavailable, so each worker looks for due deliveries once per second.';
  if (redis === null) {
    const warnings = isUp ? [] : [`${away} Check the log of the hub.`];
    return { name: 'queue', facts: `on PostgreSQL, ${state}`, problems: [], warnings };
  }
  const problem = misfit(redis);
  const { name, servers } = REDIS_KINDS[redis.configured];
  const version = redis.server === null ? '' : ` (${redis.server.version})`;
  const cause = redis.lastError === null ? '' : ` The last error was: ${redis.lastError}.`;
  return {
    name: 'queue',
    facts: `on ${name}${version}, ${state}`,
    problems: problem === null ? [] : [problem],
    warnings: isUp || problem !== null ? [] : [`${away} Check ${servers} and REDIS_URL.${cause}`],
  };
}

const REDIS_KINDS: Readonly<Record<RedisState['configured'], { readonly name: string; readonly servers: string }>> = {
  standalone: { name: 'Redis', servers: 'Redis' },
  sentinel: { name: 'Redis Sentinel', servers: 'the Sentinels, the master' },
  cluster: { name: 'Redis Cluster', servers: 'the nodes of the Redis Cluster' },
};

/** Returns the problem of a server of another kind than REDIS_URL says. Null if the server fits or is unknown. */
function misfit({ configured, server }: RedisState): string | null {
  if (configured !== 'standalone' || server === null) return null;
  if (server.mode === 'cluster') {
    return 'REDIS_URL names one server, but a node of a Redis Cluster answers. Set REDIS_URL to redis+cluster://host1:6379,…';
  }
  if (server.mode === 'sentinel') {
    return 'REDIS_URL names one server, but a Sentinel answers. Set REDIS_URL to redis+sentinel://host1:26379,…/master-name';
  }
  return server.isReplica
    ? 'REDIS_URL names a replica, which refuses writes. Set REDIS_URL to the master, or to redis+sentinel://host1:26379,…/master-name'
    : null;
}

/** Checks that the master keys of this process open all data keys. */
export function checkMasterKey({ masterKeyId, dataKeys, onPreviousKey, problems }: MasterKeyState): DiagnosisCheck {
  const more = problems.length - MAX_KEY_PROBLEMS;
  return {
    name: 'master key',
    facts: `id ${masterKeyId}, opens ${dataKeys - problems.length} of ${dataKeys} data keys`,
    problems: [
      ...problems.slice(0, MAX_KEY_PROBLEMS),
      ...(more > 0 ? [`${more} more data keys cannot be opened.`] : []),
    ],
    warnings:
      onPreviousKey === 0
        ? []
        : [
            `${onPreviousKey} data keys still need PATCHBAY_MASTER_KEY_PREVIOUS. Finish the rotation with: ` +
              'patchbay keys rotate-master',
          ],
  };
}
