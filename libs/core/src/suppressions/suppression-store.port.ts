import type { AddressKind } from '@patchbay/plugin-sdk';
import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { NewAuditEntry } from '../audit/audit-log.port.js';
import type { NewSuppression, Suppression, SuppressionReason, SuppressionRule } from './suppression.js';

/** Address of a brand by its keyed hash. */
export interface HashedAddress {
  readonly brandId: string;
  readonly addressHash: string;
}

/** Filter of suppressions; all given fields must match. */
export interface SuppressionFilter {
  readonly addressHash?: string;
  readonly kind?: AddressKind;
  readonly reason?: SuppressionReason;
}

/** Store of the brands' suppression lists. Suppressions of other brands are not found. */
export interface SuppressionStore {
  /** Returns the rules of each address, in the order of the addresses. */
  rulesOf(addresses: readonly HashedAddress[]): Promise<readonly (readonly SuppressionRule[])[]>;
  /**
   * Adds suppressions with their audit entries and operational events, in one transaction. If a suppression is already
   * on the list with the same reason and scope, its time changes to the newer time. If a person adds it, it also counts as
   * added by this person from then on.
   * @returns the number of added suppressions
   */
  add(brandId: string, suppressions: readonly NewSuppression[], audit?: NewAuditEntry): Promise<number>;
  /**
   * Removes the suppressions of an address that have one of the reasons, except what a person added.
   * @param until time in milliseconds since the epoch; suppressions of a later time stay. Null for no limit
   * @returns the number of removed suppressions
   */
  release(address: HashedAddress, reasons: readonly SuppressionReason[], until: number | null): Promise<number>;
  /** Removes a suppression with its audit entry. @returns false if the brand has no such suppression */
  remove(brandId: string, id: string, audit: NewAuditEntry): Promise<boolean>;
  /** Finds a suppression. Null if the brand has no such suppression. */
  find(brandId: string, id: string): Promise<Suppression | null>;
  /** Lists suppressions, newest first. Rejects with a CursorError if the cursor does not belong to this list. */
  list(brandId: string, filter: SuppressionFilter, page: PageRequest): Promise<Page<Suppression>>;
}
