import { GENERATED_HEADER } from '../configuration/brand-definition.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import { platformConnection, type CapillaryConnection } from '../configuration/lookups.js';
import { usedEventNames } from './event-names.js';
import type { RegisteredSource } from './registration-store.port.js';
import type { DesiredWebhook } from './webhook.js';

/** Reason why a brand cannot be registered at Capillary, and how to fix it. */
export class RegistrationError extends Error {}

/** Source of a brand to register, with everything that is needed to call Capillary. */
export interface RegistrationTarget {
  readonly source: RegisteredSource;
  readonly connection: CapillaryConnection;
  readonly desired: DesiredWebhook;
}

/**
 * Returns the webhook that a brand needs at Capillary.
 * @param publicUrl address of the hub for Capillary, without a trailing slash; undefined if it is not set
 * @throws RegistrationError
 */
export function registrationTarget(brand: CompiledBrand, publicUrl: string | undefined): RegistrationTarget {
  const { source, connection, record, catalogue } = sourceAndConnection(brand);
  if (publicUrl === undefined) {
    throw new RegistrationError(
      'The hub does not know its own address, to which Capillary must send the events. Set PATCHBAY_PUBLIC_URL, and ' +
        'restart the hub.',
    );
  }
  const eventNames = usedEventNames(brand.records.subscriptions, record.id, catalogue);
  if (eventNames.length === 0) {
    throw new RegistrationError(
      `No subscription uses events of the source ${record.name}, and Capillary requires at least one event type. ` +
        'Add a subscription first, or unregister the brand.',
    );
  }
  return {
    source,
    connection,
    desired: {
      name: webhookName(source),
      url: `${publicUrl}/v1/ingest/${source.brand}/${source.source}`,
      eventNames,
      header: { name: GENERATED_HEADER, value: record.generatedSecrets?.[0] ?? '' },
    },
  };
}

/** Returns the name of a source's webhook, which is unique in the organisation. */
export function webhookName({ brand, source }: RegisteredSource): string {
  return `Patchbay ${brand} ${source}`;
}

/** Returns the source of a brand whose secret the hub generates. Undefined if there is none, or if it is disabled. */
export function generatedSource(brand: CompiledBrand): CompiledBrand['sources'][number] | undefined {
  return brand.sources.find(({ record }) => record.auth.generated === true && !record.disabled);
}

/**
 * Returns the source of a brand to register, the event types of its adapter, and the access to Capillary.
 * @throws RegistrationError
 */
export function sourceAndConnection(brand: CompiledBrand) {
  const { name, id } = brand.brand;
  const connection = connectionOf(brand.brand);
  const found = generatedSource(brand);
  if (found === undefined) {
    throw new RegistrationError(
      `Brand ${name} has no source whose secret the hub generates. Add auth: { generated: true } to its source with the ` +
        'adapter capillary.',
    );
  }
  const { record, adapter } = found;
  return {
    record,
    catalogue: adapter.catalogue().map(({ type }) => type),
    source: { brandId: id, brand: name, sourceId: record.id, source: record.name } satisfies RegisteredSource,
    connection,
  };
}

/**
 * Returns the access of a brand to Capillary.
 * @throws RegistrationError
 */
export function connectionOf({ name, lookups }: CompiledBrand['brand']): CapillaryConnection {
  if (lookups.platform !== undefined) return platformConnection(lookups.platform);
  throw new RegistrationError(
    `Brand ${name} has no access to Capillary. Add platform: { capillary: { baseUrl, key, secret } } to it.`,
  );
}
