import { VENDOR_STATUSES, type VendorStatus, type StatusUpdate } from '@patchbay/plugin-sdk';

/** Storage of vendor statuses and pending status updates. */
export interface StatusUpdateStore {
  /**
   * Applies status updates to deliveries of one destination. A vendor status only moves forward (see
   * {@link vendorStatusRank}), so that repeated and disordered updates do no harm. Also settles deliveries whose answer was
   * lost: see `stateAfterStatusUpdate`.
   *
   * An update stays pending for an hour if no delivery has its vendor id yet, or if nothing was sent for its delivery yet:
   * no attempt is recorded and no worker holds it. A pending update changes nothing and starts no fallback.
   * @returns how many of the updates named a delivery of the destination
   */
  apply(destinationId: string, updates: readonly StatusUpdate[]): Promise<number>;
  /** Applies the pending updates of these deliveries. Call it after their attempts were written. */
  applyPending(named: readonly AttemptedDeliveryIds[]): Promise<void>;
}

/** Ids by which a status update may name a delivery that has a recorded attempt. */
export interface AttemptedDeliveryIds {
  readonly destinationId: string;
  readonly deliveryId: string;
  /** The vendor's id of the message; null if the vendor returned none. */
  readonly externalId: string | null;
}

/** Returns the rank of a vendor status. An update with a rank at or below the known status changes nothing. */
export function vendorStatusRank(status: VendorStatus): number {
  return VENDOR_STATUSES.indexOf(status);
}
