import type { SeededRandom } from '../chaos/support/seeded-random.js';
import type { StandbyName } from './cluster.js';

/**
 * Cases of a failover. The first two must lose nothing. The last two are counter-cases: they must lose events, which proves
 * that the comparison notices a loss.
 *
 * - `kill`: the primary is killed under load.
 * - `cancelled`: no standby receives anything, and an administrator cancels all waits of commits until the primary is killed.
 * - `wrong-standby`: the standby that has received less is promoted.
 * - `asynchronous`: commits do not wait for a standby.
 */
export const FAILOVER_CASES = ['kill', 'cancelled', 'wrong-standby', 'asynchronous'] as const;
export type FailoverCase = (typeof FAILOVER_CASES)[number];

/** Returns true if the case must lose events. */
export function mustLose(failover: FailoverCase): boolean {
  return failover === 'wrong-standby' || failover === 'asynchronous';
}

/** Random choices of one failover. */
export interface FailoverPlan {
  readonly failover: FailoverCase;
  /** Standby whose replication stops before the primary is killed. */
  readonly behind: StandbyName;
  /** Duration of the load before the replication of {@link behind} stops, in milliseconds. */
  readonly loadMs: number;
  /** Time between the stop of the replication and the kill of the primary, in milliseconds. */
  readonly behindMs: number;
}

/** Chooses how a failover happens. */
export function planFailover(failover: FailoverCase, random: SeededRandom): FailoverPlan {
  const behind = random.pick(['s1', 's2'] as const);
  const loadMs = random.between(2_000, 5_000);
  return { failover, behind, loadMs, behindMs: random.between(200, 1_500) + (mustLose(failover) ? 1_500 : 0) };
}
