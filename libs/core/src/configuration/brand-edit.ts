import type { DestinationSpec, SourceSpec, SubscriptionSpec } from './brand-definition.js';
import type { BrandSettings, StoredBrand } from './stored-brand.js';

/** A part of a brand that people manage on its own. */
export interface BrandPart {
  readonly kind: Exclude<BrandEdit['kind'], 'deletion'>;
  /** Of the object; of the brand itself where it is the part. */
  readonly name: string;
}

/** A brand as an edit finds it, under the lock. */
export interface EditableBrand extends StoredBrand {
  /** Subscriptions that vanished from their file: nothing is routed by them, and their names are taken. */
  readonly vanished: readonly { readonly name: string; readonly file: string | null }[];
}

/** What one edit changes: exactly one part, made or brought to what it says, or deleted. */
export type BrandEdit =
  | { readonly kind: 'brand'; readonly settings: BrandSettings }
  | { readonly kind: 'source'; readonly spec: SourceSpec }
  | { readonly kind: 'destination'; readonly spec: DestinationSpec }
  | { readonly kind: 'subscription'; readonly spec: SubscriptionSpec }
  | { readonly kind: 'deletion'; readonly part: BrandPart };

/**
 * Decides an edit by what is stored now; null: nothing is to be done, and `stored` is null where there is no such
 * brand. What it throws undoes everything.
 */
export type DecideEdit = (stored: EditableBrand | null) => Promise<BrandEdit | null> | BrandEdit | null;
