import type {
  BrandRecord,
  BrandVault,
  DestinationRecord,
  SourceAuth,
  SourceRecord,
  SubscriptionVersionRecord,
} from '@patchbay/core';
import type { BrandEntity } from '../entities/brand.entity.js';
import type { DestinationEntity } from '../entities/destination.entity.js';
import type { SourceEntity } from '../entities/source.entity.js';
import type { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { openLookups } from './brand-lookups.js';
import { authContext, openJson } from './sealed-json.js';

/** A brand as core knows it, its key open. */
export function brandRecord(row: BrandEntity, vault: BrandVault): BrandRecord {
  const { id, name, timezone, privacy, retentionDays, recipientOrder, managedBy, file } = row;
  const lookups = openLookups(vault, row);
  return {
    ...{ id, name, timezone, privacy, retentionDays, recipientOrder, lookups, managedBy, file, vault },
    ...(row.caps === null ? {} : { caps: row.caps }),
  };
}

/** A source as core knows it, its accepted secrets open. */
export function sourceRecord(row: SourceEntity, vault: BrandVault): SourceRecord {
  // Nothing was ever sealed of what the hub made, and nothing opens it.
  const auth = row.managedBy === 'hub' ? {} : openJson(vault, authContext(row.id), row.sealedAuth, isSourceAuth);
  const { id, brandId, name, adapter, managedBy, file, disabled } = row;
  return {
    ...{ id, brandId, name, adapter, auth, managedBy, file, disabled },
    ...(row.paths && { paths: row.paths }),
    ...(row.limits && { limits: row.limits }),
  };
}

/** What is kept of a source that was deleted: nobody can post to it, so its secrets are gone with it. */
export type DeletedSourceRow = Pick<SourceEntity, 'id' | 'brandId' | 'name' | 'adapter' | 'managedBy'>;

/** A source that was deleted, as core knows it. */
export function deletedSourceRecord({ id, brandId, name, adapter, managedBy }: DeletedSourceRow): SourceRecord {
  return { id, brandId, name, adapter, managedBy, auth: {}, file: null, disabled: true };
}

/** A destination as core knows it, its credentials still sealed. One that its file dropped is held like a paused one. */
export function destinationRecord(row: DestinationEntity): DestinationRecord {
  const { id, brandId, name, type, sealedCredentials, settings, limits, retry, version, managedBy, file } = row;
  return {
    ...{ id, brandId, name, type, sealedCredentials, settings, limits, retry, version, managedBy, file },
    paused: row.paused || row.disabled,
    pausedReason: row.paused || !row.disabled ? row.pausedReason : 'It is no longer in its file.',
    pausedBy: row.pausedBy,
    disabled: row.disabled,
    callback: { version: row.callbackVersion, previousUntil: row.callbackPreviousUntil?.getTime() ?? null },
  };
}

/** A version with its subscription loaded, as core knows it. */
export function subscriptionVersionRecord(row: SubscriptionVersionEntity): SubscriptionVersionRecord {
  const { id, subscriptionId, version, sourceId, destinationId, events, when, enrich, mapping } = row;
  const { ordering, supersede, messaging, subscription } = row;
  const { brandId, name, managedBy, file } = subscription;
  return {
    ...{ id, subscriptionId, brandId, name, version, sourceId, destinationId, events, when, enrich, mapping },
    ...{ ordering, supersede, messaging },
    managedBy,
    file,
  };
}

/** What was sealed was checked then: this only tells it from what is no such thing at all. */
function isSourceAuth(value: unknown): value is SourceAuth {
  return typeof value === 'object' && value !== null;
}
