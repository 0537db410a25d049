import type { Actor } from '../audit/audit-log.port.js';
import type { BrandDefinition, DestinationSpec, SourceSpec, SubscriptionSpec } from './brand-definition.js';
import type { DirectoryChanges } from './brand-entry.js';
import type { ConfigurationNotice } from './configuration-notice.js';
import type { ConfigurationRecords, SubscriptionVersionRecord } from './configuration-snapshot.js';
import type { Confirmation, NeedsConfirmation } from './confirmation.js';
import type { JsonChange } from './json-changes.js';
import type { BrandSettings, StoredBrand } from './stored-brand.js';

/** Change of one configuration object. */
export interface ConfigurationChange {
  readonly action: 'create' | 'update' | 'disable' | 'enable' | 'delete' | 'unchanged';
  readonly kind: 'brand' | 'source' | 'destination' | 'subscription';
  /** Name of the object with its brand, such as `acme/points-sms`. */
  readonly name: string;
  /** Names of the fields that the change modifies. Values are never included. */
  readonly fields: readonly string[];
  /** Name of a destination before its file renamed the destination. Left out if the destination was not renamed. */
  readonly renamedFrom?: string;
}

/** Definition of a brand with its file. */
export interface BrandFile {
  /** Path of the file, as shown in errors. */
  readonly file: string;
  readonly definition: BrandDefinition;
}

/** Actor of a hub that applies its configuration folder at its start. */
export const BOOT_ACTOR: Actor = { name: 'boot', keyId: null };

/** Actor of automatic actions of the hub. */
export const HUB_ACTOR: Actor = { name: 'hub', keyId: null };

/** Options of {@link ConfigurationStore.apply}. */
export interface ApplyOptions extends Confirmation {
  /** True to delete objects that are missing in the files instead of disabling them. */
  readonly prune: boolean;
  /** True to report the changes without making them. */
  readonly dryRun: boolean;
  /**
   * True if the given files are the whole configuration. Objects that only earlier files contained are then disabled.
   * If {@link BOOT_ACTOR} applies the files, only objects that a boot applied last are disabled.
   */
  readonly complete: boolean;
  /**
   * Keyed hash of all files including resolved secrets. The hash is stored, so that a later boot detects unchanged
   * files.
   */
  readonly hash?: string;
  /** Actor of the apply; left out for {@link HUB_ACTOR}. */
  readonly actor?: Actor;
  /** Brands that must not change, regardless of the files. Left out if there are none. */
  readonly untouched?: ReadonlySet<string>;
}

/** Result of an apply, or of its dry run. */
export interface ApplyResult extends NeedsConfirmation {
  /** Revision of the configuration in force after the apply. */
  readonly revision: number;
  readonly changes: readonly ConfigurationChange[];
}

/** Field of an object that an apply changes. */
export interface ConfigurationFieldChange extends JsonChange {
  readonly kind: ConfigurationChange['kind'];
  /** Name of the object with its brand, such as `acme/points-sms`. */
  readonly name: string;
}

/** Result of applying files, with the changed fields of existing objects. Secrets are masked, as in the audit log. */
export interface AppliedFilesResult extends ApplyResult {
  readonly fieldChanges: readonly ConfigurationFieldChange[];
}

/** Store of the configuration. Every change is written together with its audit entry, atomically. */
export interface ConfigurationStore {
  /** Returns the newest revision number. Fast. */
  revision(): Promise<number>;
  /**
   * Reads the directory of all brands, from one database snapshot.
   * @param after reads only the brands whose revision is greater. All brands if left out.
   */
  directory(after?: number): Promise<DirectoryChanges>;
  /**
   * Loads the configuration of brands, and deleted sources that events may still refer to, from one database snapshot.
   * Credentials of sources are decrypted. Brands that do not exist are left out.
   * @param brandIds ids of the brands. All brands if left out.
   */
  load(brandIds?: readonly string[]): Promise<ConfigurationRecords>;
  /**
   * Finds the brands of queues by the id of the queue, which is the id of a destination or of a subscription. Includes
   * deleted destinations and subscriptions. Ids of other things are left out.
   */
  brandsOfQueues(queueIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Returns the paths of the files that manage brands. */
  brandFiles(): Promise<readonly string[]>;
  /**
   * Returns the hash that was given to the last apply. Null if no hash was given, or if the configuration has since
   * changed without a hash.
   */
  appliedHash(): Promise<string | null>;
  /**
   * Applies the files in one locked transaction and raises the revision if anything changed. After `apply` resolves, no
   * process uses the old configuration for a newly received event. Throws a ConfigurationError if a name is in use by
   * an object managed by the API. Throws an UnconfirmedChangeError if the change needs a confirmation that `options`
   * does not contain; a dry run reports the needed confirmation instead.
   */
  apply(files: readonly BrandFile[], options: ApplyOptions): Promise<AppliedFilesResult>;
  /**
   * Edits an object that the API manages. Decision and commit share one locked transaction, so the configuration cannot
   * change in between. As after {@link apply}, every newly received event uses the changed configuration. Rejects with
   * the error that `decide` throws, or with an UnconfirmedChangeError.
   */
  edit(brand: string, decide: DecideEdit, actor: Actor, confirmation?: Confirmation): Promise<ApplyResult>;
  /** Marks brands whose file waits for a confirmation. The next change of a marked brand removes the mark. */
  markUnconfirmed(needs: NeedsConfirmation): Promise<void>;
  /** Returns the names of the brands that are marked as unconfirmed. */
  unconfirmedBrands(): Promise<readonly string[]>;
  /** Returns all subscriptions of a brand in the versions that were in force at a revision. */
  subscriptionsAt(brandId: string, revision: number): Promise<readonly SubscriptionVersionRecord[]>;
  /** Returns subscription versions by id, for deliveries created under an older configuration. */
  subscriptionVersions(ids: readonly string[]): Promise<readonly SubscriptionVersionRecord[]>;
  /**
   * Creates a new version of a destination's callback URL and raises the revision. The previous URL stays valid for 7 days
   * by the database's clock; older URLs are no longer valid.
   */
  rotateCallback(destinationId: string, actor: Actor): Promise<void>;
  /**
   * Calls a listener after each configuration change made by any process. The notice is null if notices may have been
   * lost. Listeners must also poll. Resolves with a function that removes the listener.
   */
  onChange(listener: (notice: ConfigurationNotice | null) => void): Promise<() => Promise<void>>;
}

/** Part of a brand that is edited separately. */
export interface BrandPart {
  readonly kind: Exclude<BrandEdit['kind'], 'deletion'>;
  /** Name of the object; the brand's name if the part is the brand itself. */
  readonly name: string;
}

/** Brand as stored at the time of an edit, read under the lock. */
export interface EditableBrand extends StoredBrand {
  /** Subscriptions that were removed from their file. They route no events, but their names are still in use. */
  readonly vanished: readonly { readonly name: string; readonly file: string | null }[];
}

/** Change made by one edit: creates, updates or deletes exactly one part of a brand. */
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

/** Problem in a configuration, with its location. */
export interface ConfigurationProblem {
  /** Path of the file as given by the user. Left out for changes over the API. */
  readonly file?: string;
  /** Line number in the file, from 1. */
  readonly line?: number;
  /** Path of the field, such as `destinations.sms.settings.from`. */
  readonly field: string;
  /** Description of the problem and its fix. Never contains a secret's value. */
  readonly message: string;
  /** Name of the environment variable that the field refers to and that is not set. */
  readonly unsetVariable?: string;
}

/** Error for a rejected configuration. The configuration in force does not change. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** Formats a problem with its location: `config/brands/acme.yaml:12 destinations.sms.settings.from: …`. */
export function formatProblem(problem: ConfigurationProblem): string {
  const location =
    problem.file === undefined ? '' : `${problem.file}${problem.line === undefined ? '' : `:${problem.line}`} `;
  return `${location}${problem.field === '' ? '' : `${problem.field}: `}${problem.message}`;
}
