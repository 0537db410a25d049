/**
 * Effect of a change on the deliveries that wait for a destination. `end`: they are cancelled. `hold`: they wait until the
 * destination is back in its file. `change_type`: another plugin sends them, with mappings made for the old one.
 */
export type WaitingEffect = 'end' | 'hold' | 'change_type';

/** Waiting deliveries of one destination that a change affects. Deliveries in flight are counted too. */
export interface AffectedDeliveries {
  readonly brand: string;
  readonly destination: string;
  readonly effect: WaitingEffect;
  readonly count: number;
}

/** Parts of a change that need a confirmation. */
export interface NeedsConfirmation {
  /** Destinations for which nothing waits are left out. */
  readonly affectedDeliveries: readonly AffectedDeliveries[];
  /** Brands whose privacy mode changes from `pii-less` to `standard`. */
  readonly leavesPiiLess: readonly string[];
}

/** Confirmation that comes with a change. */
export interface Confirmation {
  /** Waiting deliveries that the change may affect. Left out: none. */
  readonly atMost?: number;
  /** The change may turn `pii-less` brands into `standard` ones. Left out: no. */
  readonly confirmPrivacy?: boolean;
}

/** Number of waiting deliveries that a change affects. */
export function affectedTotal({ affectedDeliveries }: Pick<NeedsConfirmation, 'affectedDeliveries'>): number {
  return affectedDeliveries.reduce((total, { count }) => total + count, 0);
}

/** Whether a confirmation covers all that a change needs it for. */
export function isConfirmed(needs: NeedsConfirmation, { atMost = 0, confirmPrivacy = false }: Confirmation): boolean {
  return affectedTotal(needs) <= atMost && (confirmPrivacy || needs.leavesPiiLess.length === 0);
}

/** Brands that a change needs a confirmation for. */
export function unconfirmedBrands(needs: NeedsConfirmation): readonly string[] {
  return [...new Set([...needs.affectedDeliveries.map(({ brand }) => brand), ...needs.leavesPiiLess])];
}

const EFFECTS: Readonly<Record<WaitingEffect, string>> = {
  end: 'end',
  hold: 'be held',
  change_type: 'be sent by another destination type',
};

/** `2,249 waiting deliveries of acme/sms would end` */
export function describeAffected({ brand, destination, effect, count }: AffectedDeliveries): string {
  const deliveries = count === 1 ? 'waiting delivery' : 'waiting deliveries';
  return `${count} ${deliveries} of ${brand}/${destination} would ${EFFECTS[effect]}`;
}

/** `brand acme would keep personal data from now on (pii-less → standard)` */
export function describePrivacy(brand: string): string {
  return `brand ${brand} would store personal data from now on (privacy: pii-less → standard)`;
}

/** A change was not confirmed. Nothing was changed. */
export class UnconfirmedChangeError extends Error {
  override readonly name = 'UnconfirmedChangeError';

  constructor(readonly needs: NeedsConfirmation) {
    super([...needs.affectedDeliveries.map(describeAffected), ...needs.leavesPiiLess.map(describePrivacy)].join('\n'));
  }
}
