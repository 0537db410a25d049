import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { Actor } from '../audit/audit-log.port.js';
import type { BrandDefinition } from './brand-definition.js';
import type { DecideEdit } from './brand-edit.js';
import type { ConfigurationRecords, SubscriptionVersionRecord } from './configuration-snapshot.js';
import type { Confirmation, NeedsConfirmation } from './confirmation.js';

/** One line of a diff. */
export interface ConfigurationChange {
  readonly action: 'create' | 'update' | 'disable' | 'enable' | 'delete' | 'unchanged';
  readonly kind: 'brand' | 'source' | 'destination' | 'subscription';
  /** `acme/points-sms` */
  readonly name: string;
  /** Names of the fields that differ; values are never told. */
  readonly fields: readonly string[];
  /** Name of a destination before its file renamed it. Left out: it keeps its name. */
  readonly renamedFrom?: string;
}

/** A brand's definition and the file it comes from. */
export interface BrandFile {
  /** As shown in errors and in `managedBy`. */
  readonly file: string;
  readonly definition: BrandDefinition;
}

/** The actor of a hub that applies its own folder at its start. */
export const BOOT_ACTOR: Actor = { name: 'boot', keyId: null };

/** The actor of what a hub does by itself. */
export const HUB_ACTOR: Actor = { name: 'hub', keyId: null };

/** How {@link ConfigurationStore.apply} treats the files. */
export interface ApplyOptions extends Confirmation {
  /** Delete what vanished from the files instead of disabling it. */
  readonly prune: boolean;
  /** Say what would change, change nothing. */
  readonly dryRun: boolean;
  /**
   * True: the files are all there are, so that what earlier files named and these do not is disabled; for
   * {@link BOOT_ACTOR} only what a boot applied last.
   */
  readonly complete: boolean;
  /** Keyed hash of all files, resolved secrets included: kept, so that a boot can tell that nothing changed. */
  readonly hash?: string;
  /** Who applies; left out: {@link HUB_ACTOR}. */
  readonly actor?: Actor;
  /** Brands that stay as they are, whatever the files say. Left out: none. */
  readonly untouched?: ReadonlySet<string>;
}

/** What an apply did, or would do where it was a dry run. */
export interface ApplyResult extends NeedsConfirmation {
  /** The revision in force afterwards. */
  readonly revision: number;
  readonly changes: readonly ConfigurationChange[];
}

/** The failed attempt that justifies pausing the destination. */
export interface FailedAttempt {
  /** Null if nothing was sent. */
  readonly errorKind: DeliveryErrorKind | null;
  /** Of the destination, at the time of the attempt. */
  readonly version: number;
}

/** Where the configuration lives. Whatever changes it is in the audit log with it, or not done. */
export interface ConfigurationStore {
  /** The newest revision number, cheaply. */
  revision(): Promise<number>;
  /**
   * Everything in force, and the deleted sources that events may still name, from one snapshot of the database, credentials
   * of sources opened.
   */
  load(): Promise<ConfigurationRecords>;
  /** The hash given to the last apply; null where none was given, or something changed since without one. */
  appliedHash(): Promise<string | null>;
  /**
   * Applies the files in one locked transaction and raises the revision if anything changed. When it resolves, no
   * event that arrives later is routed by the old configuration, in any process.
   * Throws a ConfigurationError for what an object managed by the API collides with, and an UnconfirmedChangeError for a
   * change that needs a confirmation which `options` does not give. A dry run reports what it needs instead.
   */
  apply(files: readonly BrandFile[], options: ApplyOptions): Promise<ApplyResult>;
  /**
   * Edits what the API manages of a brand, in one locked transaction: nobody else changes the configuration between what
   * `decide` sees and what becomes of it. Promises what {@link apply} promises, and rejects with what `decide` throws or
   * with an UnconfirmedChangeError.
   */
  edit(brand: string, decide: DecideEdit, actor: Actor, confirmation?: Confirmation): Promise<ApplyResult>;
  /** Marks brands whose file waits for a confirmation. The next change of such a brand removes the mark. */
  markUnconfirmed(needs: NeedsConfirmation): Promise<void>;
  /** Names of the brands that are marked as unconfirmed. */
  unconfirmedBrands(): Promise<readonly string[]>;
  /** Every subscription of a brand in the version that was in force at a revision: for explain. */
  subscriptionsAt(brandId: string, revision: number): Promise<readonly SubscriptionVersionRecord[]>;
  /** Versions by their ids: for deliveries made under an older configuration. */
  subscriptionVersions(ids: readonly string[]): Promise<readonly SubscriptionVersionRecord[]>;
  /**
   * Holds a destination's deliveries and raises the revision. A person's pause takes the place of the hub's, and
   * one by {@link HUB_ACTOR} leaves a person's alone.
   * @param failedAttempt the attempt that gave the reason; a destination that has changed since is left alone
   * @returns whether the destination is paused now, by whomever
   */
  pauseDestination(
    destinationId: string,
    reason: string,
    actor: Actor,
    failedAttempt?: FailedAttempt,
  ): Promise<boolean>;
  resumeDestination(destinationId: string, actor: Actor): Promise<void>;
  /**
   * Puts a new version of a destination's callback URL in force and raises the revision. The URL before stays valid for
   * 7 days by the database's clock; an older one is no longer valid.
   */
  rotateCallback(destinationId: string, actor: Actor): Promise<void>;
  /** Calls back after each change made by any process; best effort, for readers that poll too. Returns a stop. */
  onChange(listener: (revision: number) => void): Promise<() => Promise<void>>;
}
