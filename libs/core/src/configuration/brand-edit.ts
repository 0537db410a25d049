import type { DestinationSpec, SourceSpec, SubscriptionSpec } from './brand-definition.js';
import type { BrandSettings, StoredBrand } from './stored-brand.js';

/** Part of a brand that is edited separately. */
export interface BrandPart {
  readonly kind: Exclude<BrandEdit['kind'], 'deletion'>;
  /** Name of the object, or of the brand if the part is the brand itself. */
  readonly name: string;
}

/** Brand as stored at the time of an edit, read under the lock. */
export interface EditableBrand extends StoredBrand {
  /** Subscriptions removed from their file. They route no events, but their names are still in use. */
  readonly vanished: readonly { readonly name: string; readonly file: string | null }[];
}

/** Change of one edit: creates, updates or deletes exactly one part. */
export type BrandEdit =
  | { readonly kind: 'brand'; readonly settings: BrandSettings }
  | { readonly kind: 'source'; readonly spec: SourceSpec }
  | { readonly kind: 'destination'; readonly spec: DestinationSpec }
  | { readonly kind: 'subscription'; readonly spec: SubscriptionSpec }
  | { readonly kind: 'deletion'; readonly part: BrandPart };

/**
 * Function that decides on an edit of the stored brand. `stored` is null if the brand does not exist. Returns null if
 * nothing is to be changed. An exception rolls back the transaction.
 */
export type DecideEdit = (stored: EditableBrand | null) => Promise<BrandEdit | null> | BrandEdit | null;
