import { isJsonObject, parseJson, type JsonObject } from '@patchbay/plugin-sdk';
import { VaultError } from '../vault.port.js';
import type {
  BrandDefinition,
  DestinationSpec,
  MessagingSpec,
  SourceSpec,
  SubscriptionSpec,
} from './brand-definition.js';
import type {
  BrandRecord,
  ConfigurationRecords,
  DestinationRecord,
  MessagingRecord,
  SourceRecord,
  SubscriptionVersionRecord,
} from './configuration-snapshot.js';

/** One brand as it is stored, with all that is in force of it. */
export interface StoredBrand extends Pick<ConfigurationRecords, 'sources' | 'destinations' | 'subscriptions'> {
  readonly brand: BrandRecord;
}

/** What a brand says besides its objects. */
export type BrandSettings = Omit<BrandDefinition, 'sources' | 'destinations' | 'subscriptions'>;

/** The part of the whole configuration that is one brand's. */
export function storedBrand(records: ConfigurationRecords, brand: BrandRecord): StoredBrand {
  const isOfBrand = ({ brandId }: { readonly brandId: string }): boolean => brandId === brand.id;
  return {
    brand,
    sources: records.sources.filter(isOfBrand),
    destinations: records.destinations.filter(isOfBrand),
    subscriptions: records.subscriptions.filter(isOfBrand),
  };
}

/**
 * What a stored brand says, secrets open: what its files and the API made of it together, without what the hub made.
 * Sources and destinations that vanished from their file are not there for anybody to refer to. Throws a VaultError.
 */
export function definitionOf(stored: StoredBrand): BrandDefinition {
  const isEnabled = ({ disabled }: { readonly disabled: boolean }): boolean => !disabled;
  return {
    ...brandSettings(stored.brand),
    sources: stored.sources.filter((source) => isEnabled(source) && source.managedBy !== 'hub').map(sourceSpec),
    destinations: stored.destinations.filter(isEnabled).map((record) => destinationSpec(record, stored.brand)),
    subscriptions: stored.subscriptions.map((record) => subscriptionSpec(record, stored)),
  };
}

/** The brand itself, as a definition has it. */
export function brandSettings({
  name,
  timezone,
  privacy,
  retentionDays,
  recipientOrder,
  lookups,
  caps,
}: BrandRecord): BrandSettings {
  const { enrichment, ...recipients } = lookups;
  return {
    brand: name,
    timezone,
    privacy,
    retentionDays,
    recipients: { order: recipientOrder, ...recipients },
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(caps === undefined ? {} : { caps }),
  };
}

/** A source, as a definition has it. */
export function sourceSpec({ name, adapter, auth, paths, limits }: SourceRecord): SourceSpec {
  return {
    ...{ name, adapter, auth },
    ...(paths === undefined ? {} : { paths }),
    ...(limits === undefined ? {} : { limits }),
  };
}

/** A destination, as a definition has it. Throws a VaultError. */
export function destinationSpec(record: DestinationRecord, brand: BrandRecord): DestinationSpec {
  const { name, type, settings, limits, retry } = record;
  return { name, type, credentials: openCredentials(record, brand), settings, limits, retry };
}

/** Where a destination's credentials are sealed. */
export function credentialsContext(destinationId: string): string {
  return `destination/${destinationId}/credentials`;
}

/** A destination's credentials in the clear: to be used, never to be told. Throws a VaultError. */
export function openCredentials(record: DestinationRecord, brand: BrandRecord): JsonObject {
  const opened = parseJson(brand.vault.open(credentialsContext(record.id), record.sealedCredentials));
  if (isJsonObject(opened)) return opened;
  throw new VaultError(`What is sealed as the credentials of destination ${record.id} is no object.`);
}

/** A subscription, as a definition has it: what it refers to by name. */
export function subscriptionSpec(
  record: SubscriptionVersionRecord,
  { sources, destinations }: Pick<StoredBrand, 'sources' | 'destinations'>,
): SubscriptionSpec {
  const { name, events, when, enrich, mapping, ordering, supersede, messaging, sourceId, destinationId } = record;
  return {
    name,
    source: nameOf(sources, sourceId),
    events,
    ...(when === null ? {} : { when }),
    destination: nameOf(destinations, destinationId),
    ...(enrich.length === 0 ? {} : { enrich }),
    ...(mapping === null ? {} : { mapping }),
    ...(ordering === null ? {} : { ordering }),
    ...(supersede ? { supersede } : {}),
    ...(messaging === null ? {} : { messaging: messagingSpec(messaging, destinations) }),
  };
}

function messagingSpec(messaging: MessagingRecord, destinations: StoredBrand['destinations']): MessagingSpec {
  const fallback = messaging.fallback.map(({ destinationId, ...step }) => ({
    destination: nameOf(destinations, destinationId),
    ...step,
  }));
  return { ...messaging, fallback };
}

function nameOf(records: readonly { readonly id: string; readonly name: string }[], id: string): string {
  return records.find((record) => record.id === id)?.name ?? '';
}
