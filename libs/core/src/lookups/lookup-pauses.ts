import type { Clock } from '../clock.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { LookupName } from './lookup-name.js';
import type { FailedLookup, LookupPauseStore } from './lookup-pause-store.port.js';

/**
 * Time after which a held delivery checks its lookup again, in milliseconds. A resumed lookup releases its deliveries at
 * once; this check only ends the deliveries that expire or are cancelled meanwhile.
 */
const RECHECK_MS = 3_600_000;

/** Beginning of the reason stored with a delivery that waits for a paused lookup. */
export const LOOKUP_PAUSED = 'lookup paused: ';

/** Returns the reason stored with a delivery that waits for a paused lookup. */
export function lookupPausedReason(lookup: string): string {
  return `${LOOKUP_PAUSED}${lookup}`;
}

/** Error of a lookup that is paused. The delivery is held until the lookup is resumed. */
export class PausedLookupError extends Error {
  override readonly name = 'PausedLookupError';

  /** @param until time of the next check, in milliseconds since the epoch */
  constructor(
    readonly lookup: LookupName,
    readonly until: number,
  ) {
    super(`${lookup} is paused, because the brand's system refused its credentials.`);
  }
}

/** Pauses of lookups, as the code that calls the brand's systems uses them. */
export interface LookupGuard {
  /** Revision of the configuration that the next call uses. */
  readonly revision: number;
  /** Returns true if the lookup is paused. Throws if the brand is not in memory. */
  isPaused(brandId: string, lookup: LookupName): boolean;
  /** Returns the error of a delivery that needs the lookup. Null if the lookup is not paused any more. */
  hold(brandId: string, lookup: LookupName): Promise<PausedLookupError | null>;
  /** Pauses a lookup whose credentials were refused. Does nothing if the lookup was changed since the call. */
  refuse(brandId: string, lookup: LookupName, failed: FailedLookup): Promise<void>;
}

/** Dependencies of {@link LookupPauses}. */
export interface LookupPausesParts {
  readonly configuration: Pick<LiveConfiguration, 'revision' | 'heldBrand' | 'refresh'>;
  readonly store: Pick<LookupPauseStore, 'pause'>;
  readonly clock: Clock;
  readonly onPaused: (facts: { readonly brandId: string; readonly lookup: string; readonly reason: string }) => void;
}

/** Pauses of lookups by the current configuration. */
export class LookupPauses implements LookupGuard {
  constructor(private readonly parts: LookupPausesParts) {}

  get revision(): number {
    return this.parts.configuration.revision;
  }

  isPaused(brandId: string, lookup: LookupName): boolean {
    return this.parts.configuration.heldBrand(brandId).brand.pausedLookups?.has(lookup) ?? false;
  }

  async hold(brandId: string, lookup: LookupName): Promise<PausedLookupError | null> {
    // The lookup may have been resumed, and this process may not know yet.
    await this.parts.configuration.refresh();
    if (!this.isPaused(brandId, lookup)) return null;
    const until = this.parts.clock.now() + RECHECK_MS * (0.8 + 0.4 * Math.random());
    return new PausedLookupError(lookup, Math.round(until));
  }

  async refuse(brandId: string, lookup: LookupName, failed: FailedLookup): Promise<void> {
    const { store, onPaused } = this.parts;
    if (await store.pause(brandId, lookup, failed)) onPaused({ brandId, lookup, reason: failed.reason });
  }
}
