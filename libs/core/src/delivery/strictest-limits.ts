import type { BatchLimits } from '@patchbay/plugin-sdk';
import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { CallRate } from './gcra.js';

/** Limits that one destination brings into its group. */
export interface MemberLimits {
  readonly ofBrand: DestinationLimitsSpec;
  /** Limits of the vendor as the plugin knows them. */
  readonly ofPlugin: DestinationLimitsSpec;
  /** Limits of the destination's batches. Null if each message is sent alone. */
  readonly batch: BatchLimits | null;
}

/** Limits that all destinations of a group obey together. */
export interface SharedLimits {
  /** Maximum rate of calls. Left out if no destination of the group has a rate limit. */
  readonly rate?: CallRate;
  /** Maximum number of calls in flight. Left out if no destination of the group limits them. */
  readonly concurrency?: number;
}

/** Returns the destinations that share the limits of a destination, this destination included. */
export function groupMembers(
  record: DestinationRecord,
  destinations: Iterable<DestinationRecord>,
): readonly DestinationRecord[] {
  return [...destinations].filter(
    (other) => other === record || (other.limits.group === record.limits.group && !other.disabled),
  );
}

/**
 * Returns the strictest limits of the members of a group. Limits that the brand sets at any member override the limits
 * of the plugins. Every call counts as the largest batch, so that the messages never exceed their rate.
 */
export function strictestLimits(members: readonly MemberLimits[]): SharedLimits {
  const strictest = (name: 'ratePerSecond' | 'burst' | 'concurrency'): number | undefined => {
    const ofBrand = members.flatMap((member) => member.ofBrand[name] ?? []);
    const values = ofBrand.length > 0 ? ofBrand : members.flatMap((member) => member.ofPlugin[name] ?? []);
    return values.length === 0 ? undefined : Math.min(...values);
  };
  const ratePerSecond = strictest('ratePerSecond');
  const burst = strictest('burst') ?? 1;
  const concurrency = strictest('concurrency');
  const size = Math.max(
    ...members.map(({ batch }) => (batch === null || batch.rateCounts === 'calls' ? 1 : batch.size)),
  );
  return {
    ...(ratePerSecond === undefined
      ? {}
      : { rate: { ratePerSecond: ratePerSecond / size, burst: Math.max(1, Math.floor(burst / size)) } }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}
