import type { DestinationRecord, PausedBy } from '../configuration/configuration-snapshot.js';

/** Pause of a destination. Times are in milliseconds since the epoch. */
export interface DestinationPause {
  readonly by: PausedBy;
  /** Name of the key that paused the destination; null if the hub paused it. */
  readonly byName: string | null;
  readonly reason: string;
  /** Start of the pause; null if the pause began before the hub stored the start. */
  readonly at: number | null;
  /** End of the pause; null if a person has to resume the destination. */
  readonly until: number | null;
}

/** Reason that a destination shows while it is missing from its file. */
export const DISABLED_REASON =
  'Disabled by apply: the destination is missing from its file. Add it to the file again, or delete the destination.';

/**
 * Returns the reason for which a destination holds its deliveries. A destination that is missing from its file counts as
 * paused. Null if the destination holds none.
 */
export function holdReason(
  { disabled }: Pick<DestinationRecord, 'disabled'>,
  pause: DestinationPause | undefined,
): string | null {
  return disabled ? DISABLED_REASON : (pause?.reason ?? null);
}
