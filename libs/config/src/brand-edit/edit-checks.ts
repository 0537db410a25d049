import type { BrandChecks } from '../brand-file/brand-checks.js';

/**
 * Fields of a destination type's credentials or settings, by kind. Paths are dotted, such as `auth.password`; `*` means
 * every list entry.
 */
export interface FieldKinds {
  readonly secret: readonly string[];
  /** Addresses that the hub sends requests to. */
  readonly address: readonly string[];
  /** Fields that can be set only in brand files. */
  readonly fileOnly: readonly string[];
  /** Fields that accept any JSON, in which null is a value and does not remove a key. */
  readonly free: readonly string[];
}

/** Checks for an edit through the API: the checks of a brand file and the kinds of fields. */
export interface EditChecks extends BrandChecks {
  /** Returns the fields of a destination type by kind. Undefined if no plugin provides the type. */
  fieldKinds(type: string): { readonly credentials: FieldKinds; readonly settings: FieldKinds } | undefined;
}
