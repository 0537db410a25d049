import { VENDOR_STATUSES, type VendorStatus, type StatusUpdate } from '@patchbay/plugin-sdk';

/** Storage of vendor statuses and pending status updates. */
export interface StatusUpdateStore {
  /**
   * Applies status updates to deliveries of one destination. A vendor status only moves forward, so repeated and
   * out-of-order updates are harmless: see {@link vendorStatusRank}. Also settles deliveries whose answer was lost: see
   * `stateAfterStatusUpdate`.
   *
   * An update stays pending for up to an hour if no delivery has its vendor id yet. An update also stays pending if its
   * delivery has neither a recorded attempt nor a lease. A pending update changes nothing and starts no fallback.
   * @returns the number of updates that named a delivery of the destination
   */
  apply(destinationId: string, updates: readonly StatusUpdate[]): Promise<number>;
  /**
   * Applies the pending status updates of these deliveries. Must be called after the attempts of the deliveries were
   * written.
   */
  applyPending(named: readonly AttemptedDeliveryIds[]): Promise<void>;
  /** Calls a listener after deliveries of a destination got a vendor status, with their number. */
  onStatuses(listener: StatusListener): void;
}

/** Listener of {@link StatusUpdateStore.onStatuses}. */
export type StatusListener = (destinationId: string, status: VendorStatus, count: number) => void;

/** Ids by which a status update may name a delivery that has a recorded attempt. */
export interface AttemptedDeliveryIds {
  readonly destinationId: string;
  readonly deliveryId: string;
  /** The vendor's id of the message; null if the vendor returned none. */
  readonly externalId: string | null;
}

/**
 * Returns the rank of a vendor status. A status update changes nothing if its rank is not above the rank of the known
 * status.
 */
export function vendorStatusRank(status: VendorStatus): number {
  return VENDOR_STATUSES.indexOf(status);
}
