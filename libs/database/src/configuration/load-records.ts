import type {
  BrandVault,
  ConfigurationRecords,
  EditableBrand,
  IngestKey,
  SettingsVersions,
  SourceRecord,
  Vault,
} from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { openSecrets, type GeneratedSecrets } from '../capillary/generated-secrets.js';
import type { ApiKeyEntity } from '../entities/api-key.entity.js';
import type { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import {
  brandRecord,
  deletedSourceRecord,
  destinationRecord,
  sourceRecord,
  subscriptionVersionRecord,
  type BrandRow,
  type DeletedSourceRow,
  type DestinationRow,
  type LookupPauseRow,
  type SourceRow,
  type VersionRow,
} from './records.js';
import { readBrandRevisions, readRevision } from './revision.js';

const MANAGED = 'x.id, x.name, x.managed_by AS "managedBy", x.file, x.disabled';

/** The statements below read the objects of the brands $1. */
const BRANDS = `
SELECT ${MANAGED}, x.timezone, x.privacy, x.retention_days AS "retentionDays", x.recipient_order AS "recipientOrder",
  x.caps, x.sealed_lookups AS "sealedLookups", x.wrapped_key AS "wrappedKey"
FROM brands x WHERE x.id = ANY ($1::uuid[]) ORDER BY x.name`;

const LOOKUP_PAUSES = `
SELECT brand_id AS "brandId", lookup, reason, paused_at AS "pausedAt" FROM lookup_pauses
WHERE brand_id = ANY ($1::uuid[]) AND resumed_at IS NULL`;

const SOURCES = `
SELECT ${MANAGED}, x.brand_id AS "brandId", x.adapter, x.sealed_auth AS "sealedAuth", x.paths, x.customer, x.limits,
  x.files, x.sealed_place AS "sealedPlace"
FROM sources x WHERE x.brand_id = ANY ($1::uuid[]) AND x.deleted_at IS NULL ORDER BY x.name`;

/**
 * Deleted sources whose events may still be stored. The period is longer than any retention. For a source that was
 * deleted earlier, no delivery waits and no event can be replayed. Sources of deleted brands are left out, because
 * their events cannot be opened without the brand's key.
 */
const DELETED_SOURCES = `
SELECT id, brand_id AS "brandId", name, adapter, managed_by AS "managedBy" FROM sources
WHERE brand_id = ANY ($1::uuid[]) AND deleted_at > now() - interval '432 days'`;

const DESTINATIONS = `
SELECT ${MANAGED}, x.brand_id AS "brandId", x.type, x.sealed_credentials AS "sealedCredentials", x.settings,
  x.settings_version AS "settingsVersion", x.limits, x.retry, x.messaging, x.version,
  x.callback_version AS "callbackVersion", x.callback_previous_until AS "callbackPreviousUntil"
FROM destinations x WHERE x.brand_id = ANY ($1::uuid[]) AND x.deleted_at IS NULL ORDER BY x.name`;

const SUBSCRIPTION_VERSIONS = `
SELECT v.id, v.subscription_id AS "subscriptionId", v.version, v.source_id AS "sourceId",
  v.destination_id AS "destinationId", v.route, v.events, v."when", v.enrich, v.mapping, v.ordering, v.supersede,
  v.messaging, s.brand_id AS "brandId", s.name, s.managed_by AS "managedBy", s.file
FROM subscriptions s JOIN subscription_versions v ON v.subscription_id = s.id AND v.to_revision IS NULL
WHERE s.brand_id = ANY ($1::uuid[]) AND s.deleted_at IS NULL ORDER BY s.name`;

const GENERATED_SECRETS = `
SELECT source_id AS "sourceId", brand_id AS "brandId", sealed_secrets AS "sealedSecrets" FROM capillary_registrations
WHERE brand_id = ANY ($1::uuid[])`;

const INGEST_KEYS = `
SELECT id, hash, brand_ids AS "brandIds", expires_at AS "expiresAt" FROM api_keys
WHERE role = 'ingest' AND (brand_ids IS NULL OR brand_ids && $1::uuid[])`;

const REVISIONS = `
SELECT b.id, coalesce(r.revision, 0) AS revision FROM brands b LEFT JOIN brand_revisions r ON r.brand_id = b.id
WHERE b.deleted_at IS NULL AND ($1::uuid[] IS NULL OR b.id = ANY ($1::uuid[]))`;

/** Dependencies of the conversion of rows to records. */
export interface RecordDependencies {
  readonly vault: Vault;
  readonly settingsVersions: SettingsVersions;
}

/**
 * Loads the configuration in force, and the deleted sources that events may still reference, in the manager's
 * transaction. Uses SQL, because the entities of thousands of brands take seconds.
 * @param brandIds ids of the brands. All brands if undefined.
 */
export async function loadRecords(
  manager: EntityManager,
  { vault, settingsVersions }: RecordDependencies,
  brandIds: readonly string[] | undefined,
): Promise<ConfigurationRecords> {
  const revision = await readRevision(manager);
  const found = await manager.query<readonly RevisionRow[]>(REVISIONS, [brandIds ?? null]);
  const revisions = new Map(found.map((one) => [one.id, Number(one.revision)]));
  const rowsOf = <Row>(text: string): Promise<readonly Row[]> =>
    revisions.size === 0 ? Promise.resolve([]) : manager.query<readonly Row[]>(text, [[...revisions.keys()]]);
  const brands = await rowsOf<BrandRow>(BRANDS);
  const vaults = new Map(brands.map((brand) => [brand.id, vault.openBrandKey(brand.id, brand.wrappedKey)]));
  const pauses = await rowsOf<LookupPauseRow>(LOOKUP_PAUSES);
  const sources = await rowsOf<SourceRow>(SOURCES);
  const keys = await rowsOf<IngestKeyRow>(INGEST_KEYS);
  const secrets = new Map(
    (await rowsOf<GeneratedSecretsRow>(GENERATED_SECRETS)).map(({ sourceId, brandId, sealedSecrets }) => [
      sourceId,
      openSecrets(vaultOf(vaults, brandId), sourceId, sealedSecrets),
    ]),
  );
  return {
    revision,
    brands: brands.map((brand) =>
      brandRecord(
        brand,
        revisions.get(brand.id) ?? 0,
        vaultOf(vaults, brand.id),
        pauses.filter(({ brandId }) => brandId === brand.id),
      ),
    ),
    sources: sources.map((source) => ({
      ...sourceRecord(source, vaultOf(vaults, source.brandId)),
      ...withSecrets(secrets.get(source.id)),
      keys: keys.filter((key) => key.brandIds?.includes(source.brandId) ?? true).map(ingestKey),
    })),
    deletedSources: (await rowsOf<DeletedSourceRow>(DELETED_SOURCES)).map(deletedSourceRecord),
    destinations: (await rowsOf<DestinationRow>(DESTINATIONS)).map((row) => destinationRecord(row, settingsVersions)),
    subscriptions: (await rowsOf<VersionRow>(SUBSCRIPTION_VERSIONS)).map((row) => subscriptionVersionRecord(row, row)),
  };
}

/**
 * Reads a brand in the manager's transaction, as input for the decision about an edit. Throws a VaultError if a value
 * cannot be opened.
 */
export async function editableBrand(
  manager: EntityManager,
  brand: BrandEntity,
  { vault, settingsVersions }: RecordDependencies,
): Promise<EditableBrand> {
  const brandVault = vault.openBrandKey(brand.id, brand.wrappedKey);
  const whereBrand = { where: { brandId: brand.id, deletedAt: IsNull() }, order: { name: 'ASC' } } as const;
  const sources = await manager.find(SourceEntity, whereBrand);
  const destinations = await manager.find(DestinationEntity, whereBrand);
  const subscriptions = await manager.find(SubscriptionEntity, whereBrand);
  const versions = await manager.find(SubscriptionVersionEntity, {
    where: { toRevision: IsNull(), subscription: { brandId: brand.id } },
    relations: { subscription: true },
    order: { subscription: { name: 'ASC' } },
  });
  const revisions = await readBrandRevisions(manager, [brand.id]);
  return {
    brand: brandRecord(brand, revisions.get(brand.id) ?? 0, brandVault),
    sources: sources.map((source) => sourceRecord(source, brandVault)),
    destinations: destinations.map((row) => destinationRecord(row, settingsVersions)),
    subscriptions: versions.map((version) => subscriptionVersionRecord(version, version.subscription)),
    vanished: subscriptions.filter(({ disabled }) => disabled).map(({ name, file }) => ({ name, file })),
  };
}

interface RevisionRow {
  readonly id: string;
  /** Revision as text, because the driver returns `bigint` as text. */
  readonly revision: string;
}

interface GeneratedSecretsRow {
  readonly sourceId: string;
  readonly brandId: string;
  readonly sealedSecrets: Buffer;
}

function withSecrets(secrets: GeneratedSecrets | undefined): Pick<SourceRecord, 'generatedSecrets'> {
  return secrets === undefined ? {} : { generatedSecrets: secrets };
}

type IngestKeyRow = Pick<ApiKeyEntity, 'id' | 'hash' | 'brandIds' | 'expiresAt'>;

function ingestKey({ id, hash, expiresAt }: IngestKeyRow): IngestKey {
  return { id, hash, expiresAt: expiresAt?.getTime() ?? null };
}

function vaultOf(vaults: ReadonlyMap<string, BrandVault>, brandId: string): BrandVault {
  const vault = vaults.get(brandId);
  if (vault === undefined)
    throw new Error(
      `A source, destination or subscription in the database references brand ${brandId}, which is deleted.`,
    );
  return vault;
}
