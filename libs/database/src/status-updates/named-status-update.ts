import { vendorStatusRank } from '@patchbay/core';
import type { VendorStatus, StatusUpdate } from '@patchbay/plugin-sdk';
import { isStorable } from '../query/columns.js';
import { isUuid } from '../connections/uuid.js';

/** Vendor status of a message. */
export interface NewStatus {
  readonly status: VendorStatus;
  /** Time of the status by the vendor's clock. Null if the time is missing or unreadable. */
  readonly at: Date | null;
  /** True if the vendor did not send the message because the customer refuses messages. */
  readonly refused: boolean;
}

/** Status update with the id that it names: the hub's id of the delivery, or the vendor's id of the message. */
export interface NamedStatusUpdate extends NewStatus {
  readonly name: string;
  readonly by: 'id' | 'externalId';
}

/** Returns the updates that name a delivery or a message. If an update has both ids, the delivery's id is used. */
export function parseStatusUpdates(updates: readonly StatusUpdate[]): readonly NamedStatusUpdate[] {
  return updates.flatMap(({ deliveryId, externalId, status, at, suppress }): readonly NamedStatusUpdate[] => {
    const update = { status, at: timeOf(at), refused: suppress === 'opt_out' || suppress === 'complaint' };
    if (deliveryId !== undefined && isUuid(deliveryId)) {
      return [{ ...update, by: 'id', name: deliveryId.toLowerCase() }];
    }
    return externalId !== undefined && isStorable(externalId)
      ? [{ ...update, by: 'externalId', name: externalId }]
      : [];
  });
}

/** Returns true if a vendor status is further along than the known status. */
export function isFurther(status: VendorStatus, known: VendorStatus | null | undefined): boolean {
  return known === null || known === undefined || vendorStatusRank(status) > vendorStatusRank(known);
}

function timeOf(at: string | undefined): Date | null {
  const time = new Date(at ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
