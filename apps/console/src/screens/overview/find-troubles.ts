import type { Entry } from '@patchbay/client';
import { destinationState } from '../../lib/destination-state';

/** Destination with its health, as the API lists it. */
export type Destination = Pick<
  Entry<'/v1/brands/{brand}/destinations'>,
  'name' | 'paused' | 'pausedBy' | 'pausedAt' | 'pausedUntil' | 'pausedReason' | 'disabled' | 'health'
>;

/** Backlog of a destination. `oldestDueAt` is the time at which its oldest due delivery became due. */
export interface Backlog {
  readonly name: string;
  readonly waiting: number;
  readonly due: number;
  readonly oldestDueAt: string | null;
}

/** Trouble of a destination that a person should look at. */
export type Trouble =
  | {
      readonly kind: 'pausedByHub' | 'pausedByPerson' | 'blocked' | 'probing' | 'disabled';
      readonly destination: Destination;
    }
  | { readonly kind: 'behind'; readonly destination: Destination; readonly backlog: Backlog };

/** A destination is behind if its oldest due delivery has waited this long, in milliseconds. */
const BEHIND_MS = 60_000;

/**
 * Returns at most one trouble per destination, the worst first.
 * @param now milliseconds since the epoch
 */
export function findTroubles(
  destinations: readonly Destination[],
  backlogs: readonly Backlog[],
  now: number,
): Trouble[] {
  const troubles = destinations.flatMap((destination): Trouble[] => {
    const state = destinationState(destination);
    const backlog = backlogs.find(({ name }) => name === destination.name);
    // A destination that was removed from its file needs attention only if deliveries wait for it.
    if (state === 'disabled') return (backlog?.waiting ?? 0) === 0 ? [] : [{ kind: state, destination }];
    if (state !== 'healthy' && state !== 'failing') return [{ kind: state, destination }];
    const dueSince = backlog?.oldestDueAt ?? null;
    if (backlog === undefined || dueSince === null || now - Date.parse(dueSince) < BEHIND_MS) return [];
    return [{ kind: 'behind', destination, backlog }];
  });
  const order = ['pausedByHub', 'blocked', 'disabled', 'probing', 'behind', 'pausedByPerson'];
  return troubles.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}
