/**
 * Effect of a change on the deliveries that wait for a destination. `end`: the deliveries are cancelled. `hold`: the
 * deliveries wait until the destination is back in its file. `change_type`: another plugin sends the deliveries, with
 * mappings that were written for the old plugin.
 */
export type WaitingEffect = 'end' | 'hold' | 'change_type';

/** Waiting deliveries of one destination that a change affects, including deliveries in flight. */
export interface AffectedDeliveries {
  readonly brand: string;
  readonly destination: string;
  readonly effect: WaitingEffect;
  readonly count: number;
}

/** Parts of a configuration change that need a confirmation. */
export interface NeedsConfirmation {
  /** Affected destinations that have waiting deliveries. */
  readonly affectedDeliveries: readonly AffectedDeliveries[];
  /** Brands whose privacy mode changes from `pii-less` to `standard`. */
  readonly leavesPiiLess: readonly string[];
}

/** Confirmation given with a configuration change. */
export interface Confirmation {
  /** Maximum waiting deliveries that the change may affect; 0 if left out. */
  readonly atMost?: number;
  /** True if the change may switch `pii-less` brands to `standard`; false if left out. */
  readonly confirmPrivacy?: boolean;
}

/** Returns the number of waiting deliveries that a change affects. */
export function affectedTotal({ affectedDeliveries }: Pick<NeedsConfirmation, 'affectedDeliveries'>): number {
  return affectedDeliveries.reduce((total, { count }) => total + count, 0);
}

/** Returns true if a confirmation covers a change. */
export function isConfirmed(needs: NeedsConfirmation, { atMost = 0, confirmPrivacy = false }: Confirmation): boolean {
  return affectedTotal(needs) <= atMost && (confirmPrivacy || needs.leavesPiiLess.length === 0);
}

/** Returns the brands for which a change needs a confirmation. */
export function unconfirmedBrands(needs: NeedsConfirmation): readonly string[] {
  return [...new Set([...needs.affectedDeliveries.map(({ brand }) => brand), ...needs.leavesPiiLess])];
}

const EFFECTS: Readonly<Record<WaitingEffect, string>> = {
  end: 'end',
  hold: 'be held',
  change_type: 'be sent by another destination type',
};

/** Describes affected deliveries: `2249 waiting deliveries of acme/sms would end`. */
export function describeAffected({ brand, destination, effect, count }: AffectedDeliveries): string {
  const deliveries = count === 1 ? 'waiting delivery' : 'waiting deliveries';
  return `${count} ${deliveries} of ${brand}/${destination} would ${EFFECTS[effect]}`;
}

/** Describes a brand that leaves `pii-less`. */
export function describePrivacy(brand: string): string {
  return `brand ${brand} would store personal data from now on (privacy: pii-less → standard)`;
}

/** Error for a change without the needed confirmation. Nothing was changed. */
export class UnconfirmedChangeError extends Error {
  override readonly name = 'UnconfirmedChangeError';

  constructor(readonly needs: NeedsConfirmation) {
    super([...needs.affectedDeliveries.map(describeAffected), ...needs.leavesPiiLess.map(describePrivacy)].join('\n'));
  }
}
