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

/** Stored brand with the objects of the brand that are in force. */
export interface StoredBrand extends Pick<ConfigurationRecords, 'sources' | 'destinations' | 'subscriptions'> {
  readonly brand: BrandRecord;
}

/** Definition of a brand without its sources, destinations and subscriptions. */
export type BrandSettings = Omit<BrandDefinition, 'sources' | 'destinations' | 'subscriptions'>;

/**
 * Returns the definition of a stored brand with decrypted secrets. Contains all objects managed by files and the API,
 * but no objects created by the hub. Leaves out sources and destinations that were removed from their file, because
 * nothing may refer to removed objects. Throws a VaultError if secrets cannot be decrypted.
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

/** Returns the definition of the brand itself, without its sources, destinations and subscriptions. */
export function brandSettings({
  name,
  timezone,
  privacy,
  retentionDays,
  recipientOrder,
  lookups,
  caps,
}: BrandRecord): BrandSettings {
  const { enrichment, platform, ...recipients } = lookups;
  return {
    brand: name,
    timezone,
    privacy,
    retentionDays,
    recipients: { order: recipientOrder, ...recipients },
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(platform === undefined ? {} : { platform }),
    ...(caps === undefined ? {} : { caps }),
  };
}

/** Returns the definition of a source. */
export function sourceSpec({ name, adapter, auth, paths, customer, limits }: SourceRecord): SourceSpec {
  return {
    ...{ name, adapter, auth },
    ...(paths === undefined ? {} : { paths }),
    ...(customer === undefined ? {} : { customer }),
    ...(limits === undefined ? {} : { limits }),
  };
}

/** Returns the definition of a destination. Throws a VaultError if its credentials cannot be decrypted. */
export function destinationSpec(record: DestinationRecord, brand: BrandRecord): DestinationSpec {
  const { name, type, settings, limits, retry, messaging } = record;
  return {
    ...{ name, type, credentials: openCredentials(record, brand), settings, limits, retry },
    ...(messaging === undefined ? {} : { messaging }),
  };
}

/** Returns the vault context under which a destination's credentials are sealed. */
export function credentialsContext(destinationId: string): string {
  return `destination/${destinationId}/credentials`;
}

/** Decrypts a destination's credentials, which must never be shown. Throws a VaultError if the decryption fails. */
export function openCredentials(record: DestinationRecord, brand: BrandRecord): JsonObject {
  const opened = parseJson(brand.vault.open(credentialsContext(record.id), record.sealedCredentials));
  if (isJsonObject(opened)) return opened;
  throw new VaultError(`The sealed credentials of destination ${record.id} are not a JSON object. Enter them again.`);
}

/** Returns the definition of a subscription, which refers to other objects by name. */
export function subscriptionSpec(
  record: SubscriptionVersionRecord,
  { sources, destinations }: Pick<StoredBrand, 'sources' | 'destinations'>,
): SubscriptionSpec {
  const { name, events, when, enrich, mapping, ordering, supersede, messaging, sourceId, destinationId, route } =
    record;
  return {
    name,
    source: nameOf(sources, sourceId),
    events,
    ...(when === null ? {} : { when }),
    ...(destinationId === null ? {} : { destination: nameOf(destinations, destinationId) }),
    ...(route === undefined ? {} : { route: route.map((entry) => withName(entry, destinations)) }),
    ...(enrich.length === 0 ? {} : { enrich }),
    ...(mapping === null ? {} : { mapping }),
    ...(ordering === null ? {} : { ordering }),
    ...(supersede ? { supersede } : {}),
    ...(messaging === null ? {} : { messaging: messagingSpec(messaging, destinations) }),
  };
}

function messagingSpec(messaging: MessagingRecord, destinations: StoredBrand['destinations']): MessagingSpec {
  return { ...messaging, fallback: messaging.fallback.map((step) => withName(step, destinations)) };
}

/** Replaces the id of a destination by its name. */
function withName<T extends { readonly destinationId: string }>(
  { destinationId, ...part }: T,
  destinations: StoredBrand['destinations'],
): Omit<T, 'destinationId'> & { readonly destination: string } {
  return { destination: nameOf(destinations, destinationId), ...part };
}

function nameOf(records: readonly { readonly id: string; readonly name: string }[], id: string): string {
  return records.find((record) => record.id === id)?.name ?? '';
}
