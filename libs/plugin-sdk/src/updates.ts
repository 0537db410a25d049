import type { AddressKind } from './address.js';
import type { RecipientUpdate, StatusUpdate, VendorStatus } from './destination.js';

/** Status update that may lack its status, because the vendor has statuses that mean nothing to the hub. */
type PossibleStatus = Omit<StatusUpdate, 'status'> & { readonly status: VendorStatus | undefined };

/**
 * Returns the status update of a vendor's event as a list, for `parse` of a status callback. The list is empty without a
 * status, and without an id by which the hub finds the delivery. An empty `detail` is left out.
 */
export function statusUpdates({ status, detail, ...update }: PossibleStatus): readonly StatusUpdate[] {
  if (status === undefined || (update.deliveryId ?? update.externalId) === undefined) return [];
  return [{ ...update, status, detail: detail === '' ? undefined : detail }];
}

/** Change of an address that may be undefined, because most events do not change the address. */
type PossibleChange = Omit<RecipientUpdate, 'address' | 'change'> & {
  readonly change: RecipientUpdate['change'] | undefined;
};

/**
 * Returns the change of an address by a vendor's event as a list, for `parse` of a status callback. The list is empty
 * without a change, and if the value is not a text.
 * @param value address as the vendor spells it
 */
export function recipientUpdates(
  kind: AddressKind,
  value: unknown,
  { change, ...update }: PossibleChange,
): readonly RecipientUpdate[] {
  if (change === undefined || typeof value !== 'string' || value === '') return [];
  return [{ address: { kind, value }, change, ...update }];
}

/** Times before the year 2286, in seconds. */
const SECONDS = /^[1-9]\d{0,9}$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Returns the time of a vendor's event in ISO 8601, UTC. Reads seconds since 1970 as a number or a text, and ISO 8601 with
 * an offset, which may lack its colon. Undefined for any other value.
 */
export function eventTime(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  if (SECONDS.test(text)) return new Date(Number(text) * 1_000).toISOString();
  const time = ISO_TIME.test(text) ? Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
