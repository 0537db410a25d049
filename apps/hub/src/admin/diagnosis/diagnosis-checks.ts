import type { ConnectionUsage, DatabaseFacts, ReplicaStatus, SchemaState } from '@patchbay/database';
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

/** Checks the queue. A hub without its queue works, so an unavailable queue is only a warning. */
export function checkQueue(backend: 'Redis' | 'PostgreSQL', isUp: boolean): DiagnosisCheck {
  const server = backend === 'Redis' ? 'Redis and REDIS_URL' : 'the log of the hub';
  return {
    name: 'queue',
    facts: `on ${backend}, ${isUp ? 'available' : 'unavailable'}`,
    problems: [],
    warnings: isUp
      ? []
      : [`The queue is unavailable, so each worker looks for due deliveries once per second. Check ${server}.`],
  };
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
