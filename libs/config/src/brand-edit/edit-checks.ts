import type { BrandChecks } from '../brand-file/brand-checks.js';

/** Where a class of a destination type has fields of a kind, dotted: `auth.password`, `*` for every entry of a list. */
export interface FieldKinds {
  readonly secret: readonly string[];
  /** Addresses that something is sent to. */
  readonly address: readonly string[];
  /** Set in files only. */
  readonly fileOnly: readonly string[];
  /** Any JSON: a value of its own, in which null means null. */
  readonly free: readonly string[];
}

/** What an edit over the API has to agree with: what a file has to, and what people may do besides. */
export interface EditChecks extends BrandChecks {
  /** Undefined for a type that no plugin provides. */
  fieldKinds(type: string): { readonly credentials: FieldKinds; readonly settings: FieldKinds } | undefined;
}
