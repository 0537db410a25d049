import type {
  BrandRecord,
  BrandVault,
  DestinationRecord,
  FilePlaceSpec,
  LookupPauseRecord,
  SettingsVersions,
  SourceAuth,
  SourceRecord,
  SubscriptionVersionRecord,
} from '@patchbay/core';
import type { BrandEntity } from '../entities/brand.entity.js';
import type { DestinationEntity } from '../entities/destination.entity.js';
import type { LookupPauseEntity } from '../entities/lookup-pause.entity.js';
import type { ManagedColumns } from '../entities/managed.columns.js';
import type { SourceEntity } from '../entities/source.entity.js';
import type { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import type { SubscriptionEntity } from '../entities/subscription.entity.js';
import { openLookups } from './brand-lookups.js';
import { authContext, openJson, placeContext } from './sealed-json.js';

type ManagedRow = Pick<ManagedColumns, 'id' | 'name' | 'managedBy' | 'file' | 'disabled'>;

/** Columns of a brand that its record needs. */
export interface BrandRow
  extends
    ManagedRow,
    Pick<BrandEntity, 'timezone' | 'privacy' | 'retentionDays' | 'recipientOrder' | 'caps' | 'sealedLookups'>,
    Pick<BrandEntity, 'wrappedKey'> {}

/** Columns of the pause of a lookup. */
export type LookupPauseRow = Pick<LookupPauseEntity, 'brandId' | 'lookup' | 'reason' | 'pausedAt'>;

/** Columns of a source that its record needs. */
export interface SourceRow
  extends
    ManagedRow,
    Pick<
      SourceEntity,
      'brandId' | 'adapter' | 'sealedAuth' | 'paths' | 'customer' | 'limits' | 'files' | 'sealedPlace'
    > {}

/** Columns of a destination that its record needs. */
export interface DestinationRow
  extends
    ManagedRow,
    Pick<DestinationEntity, 'brandId' | 'type' | 'sealedCredentials' | 'settings' | 'limits' | 'retry' | 'messaging'>,
    Pick<DestinationEntity, 'version' | 'settingsVersion' | 'callbackVersion' | 'callbackPreviousUntil'> {}

type VersionColumns = Omit<
  SubscriptionVersionEntity,
  'subscription' | 'source' | 'destination' | 'fromRevision' | 'toRevision' | 'createdAt'
>;
type SubscriptionColumns = Pick<SubscriptionEntity, 'brandId' | 'name' | 'managedBy' | 'file'>;

/** Columns of a subscription version and of its subscription. */
export interface VersionRow extends VersionColumns, SubscriptionColumns {}

/** Converts a brand row to a record and opens its lookups. */
export function brandRecord(
  row: BrandRow,
  revision: number,
  vault: BrandVault,
  pauses: readonly LookupPauseRow[] = [],
): BrandRecord {
  const { id, name, timezone, privacy, retentionDays, recipientOrder, managedBy, file } = row;
  const lookups = openLookups(vault, row);
  return {
    ...{ id, name, revision, timezone, privacy, retentionDays, recipientOrder, lookups, managedBy, file, vault },
    ...(row.caps === null ? {} : { caps: row.caps }),
    ...(pauses.length === 0 ? {} : { pausedLookups: new Map(pauses.map(lookupPause)) }),
  };
}

function lookupPause({ lookup, reason, pausedAt }: LookupPauseRow): readonly [string, LookupPauseRecord] {
  return [lookup, { reason, at: pausedAt.getTime() }];
}

/** Converts a source row to a record and opens its authentication settings. */
export function sourceRecord(row: SourceRow, vault: BrandVault): SourceRecord {
  // The hub's own sources have no authentication settings.
  const auth = row.managedBy === 'hub' ? {} : openJson(vault, authContext(row.id), row.sealedAuth, isSourceAuth);
  const { id, brandId, name, adapter, managedBy, file, disabled } = row;
  const placeOf = (sealed: Buffer): FilePlaceSpec => openJson(vault, placeContext(id), sealed, isPlace);
  return {
    ...{ id, brandId, name, adapter, auth, managedBy, file, disabled },
    ...(row.paths && { paths: row.paths }),
    ...(row.customer !== null && { customer: row.customer }),
    ...(row.limits && { limits: row.limits }),
    ...(row.files && { files: { ...row.files, ...(row.sealedPlace && { from: placeOf(row.sealedPlace) }) } }),
  };
}

/** Columns of a deleted source. The secrets of a deleted source are deleted, because nobody can post to the source. */
export type DeletedSourceRow = Pick<SourceEntity, 'id' | 'brandId' | 'name' | 'adapter' | 'managedBy'>;

/** Converts a deleted source row to a record. */
export function deletedSourceRecord({ id, brandId, name, adapter, managedBy }: DeletedSourceRow): SourceRecord {
  return { id, brandId, name, adapter, managedBy, auth: {}, file: null, disabled: true };
}

/** Converts a destination row to a record with sealed credentials and migrated settings. */
export function destinationRecord(row: DestinationRow, versions: SettingsVersions): DestinationRecord {
  const { id, brandId, name, type, sealedCredentials, limits, retry, version, managedBy, file } = row;
  const { settings, problem } = versions.migrateSettings(type, row.settings, row.settingsVersion);
  return {
    ...{ id, brandId, name, type, sealedCredentials, settings, limits, retry, version, managedBy, file },
    ...(problem !== undefined && { settingsProblem: problem }),
    ...(row.messaging && { messaging: row.messaging }),
    disabled: row.disabled,
    callback: { version: row.callbackVersion, previousUntil: row.callbackPreviousUntil?.getTime() ?? null },
  };
}

/** Converts the row of a subscription version and of its subscription to a record. */
export function subscriptionVersionRecord(
  row: VersionColumns,
  { brandId, name, managedBy, file }: SubscriptionColumns,
): SubscriptionVersionRecord {
  const { id, subscriptionId, version, sourceId, destinationId, events, when, enrich, mapping } = row;
  const { ordering, supersede, messaging, route } = row;
  return {
    ...{ id, subscriptionId, brandId, name, version, sourceId, destinationId, events, when, enrich, mapping },
    ...{ ordering, supersede, messaging },
    ...(route === null ? {} : { route }),
    managedBy,
    file,
  };
}

/** Checks only that the opened value is an object, because its content was validated before it was sealed. */
function isSourceAuth(value: unknown): value is SourceAuth {
  return typeof value === 'object' && value !== null;
}

/** Checks only that the opened value is an object, because its content was validated before it was sealed. */
function isPlace(value: unknown): value is FilePlaceSpec {
  return typeof value === 'object' && value !== null;
}
