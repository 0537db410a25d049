import { compileMapping, type CompiledMapping } from '@patchbay/mapping';
import type { MessagingRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { DestinationTypeFacts } from './destination-gateway.port.js';

const MAX_CACHED = 10_000;

/** Cached part of a subscription version. */
export type CachedVersion = Pick<SubscriptionVersionRecord, 'id' | 'mapping' | 'enrich' | 'messaging'>;

/** Cache of subscription versions and compiled mappings. Versions never change, so an entry never becomes stale. */
export class MappingCache {
  private readonly versions = new Map<string, CachedVersion>();
  private readonly compiled = new Map<string, CompiledMapping>();

  constructor(private readonly store: Pick<ConfigurationStore, 'subscriptionVersions'>) {}

  /** Returns the parts of a subscription version that an attempt needs. */
  async versionOf(id: string): Promise<CachedVersion> {
    const known = this.versions.get(id);
    if (known !== undefined) return known;
    const [version] = await this.store.subscriptionVersions([id]);
    if (version === undefined)
      throw new Error(`Subscription version ${id} is not stored, so its delivery cannot be built.`);
    const { mapping, enrich, messaging } = version;
    const read = { id, mapping, enrich, messaging };
    cacheEntry(this.versions, id, read);
    return read;
  }

  /** Returns the messaging rules of a subscription version. Null if it has none. */
  async messagingOf(subscriptionVersionId: string): Promise<MessagingRecord | null> {
    return (await this.versionOf(subscriptionVersionId)).messaging;
  }

  /**
   * Returns the compiled mapping of a subscription version, or of a step of its fallback. If there is no mapping,
   * returns the plugin's preset for the event type. Undefined if there is neither a mapping nor a preset. Throws a
   * MappingError if the mapping does not compile.
   */
  mappingFor(
    { version, step }: { readonly version: CachedVersion; readonly step: number },
    eventType: string,
    facts: DestinationTypeFacts,
    timezone: string,
  ): CompiledMapping | undefined {
    const own = step === 0 ? version.mapping : (version.messaging?.fallback[step - 1]?.mapping ?? null);
    const template = own ?? facts.preset(eventType);
    if (template === undefined) return undefined;
    const key = own === null ? `${facts.type}/${eventType}/${timezone}` : `${version.id}/${step}/${timezone}`;
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const mapping = compileMapping(template, { timezone });
    cacheEntry(this.compiled, key, mapping);
    return mapping;
  }
}

function cacheEntry<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, value);
}
