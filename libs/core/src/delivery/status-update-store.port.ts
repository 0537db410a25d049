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
   * @param hasMessageEvents false if no subscription of the brand takes operational events about single messages. If left
   * out, the store reads the subscriptions.
   * @returns the number of updates that named a delivery of the destination
   */
  apply(destinationId: string, updates: readonly StatusUpdate[], hasMessageEvents?: boolean): Promise<number>;
  /**
   * Applies the pending status updates of these deliveries. Must be called after the attempts of the deliveries were
   * written.
   */
  applyPending(named: readonly AttemptedDeliveryIds[]): Promise<void>;
  /** Returns the status updates that name deliveries of traced events. Changes nothing. Used only if tracing is on. */
  traced(destinationId: string, updates: readonly StatusUpdate[]): Promise<readonly TracedStatusUpdate[]>;
  /** Calls a listener after deliveries of a destination got a vendor status, with their number. */
  onStatuses(listener: StatusListener): void;
}

/** Listener of {@link StatusUpdateStore.onStatuses}. */
export type StatusListener = (destinationId: string, status: VendorStatus, count: number) => void;

/** Status update of a delivery whose event is traced. */
export interface TracedStatusUpdate {
  readonly deliveryId: string;
  readonly status: VendorStatus;
  /** Trace context of the event. */
  readonly traceparent: string;
  /** Time of receipt of the event, in milliseconds since the epoch. */
  readonly receivedAt: number;
}

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
