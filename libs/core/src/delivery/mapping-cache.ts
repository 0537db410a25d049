import { compileMapping, type CompiledMapping } from '@patchbay/mapping';
import type { MessagingRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { DestinationTypeFacts } from './destination-gateway.port.js';

const MAX_CACHED = 10_000;

/** Cached part of a subscription version. */
export type CachedVersion = Pick<SubscriptionVersionRecord, 'id' | 'mapping' | 'enrich' | 'messaging'>;

/** Compiled mapping, and the data that it reads in addition to the event. */
export interface MessageMapping {
  readonly compiled: CompiledMapping;
  readonly readsRecipient: boolean;
  /** True if the mapping reads data of a digest other than the number of its events. */
  readonly readsDigest: boolean;
}

/** Cache of subscription versions and compiled mappings. Versions never change, so an entry never becomes stale. */
export class MappingCache {
  private readonly versions = new Map<string, CachedVersion>();
  private readonly mappings = new Map<string, MessageMapping>();

  constructor(private readonly store: Pick<ConfigurationStore, 'subscriptionVersions'>) {}

  /** Returns the parts of a subscription version that an attempt needs. */
  async versionOf(id: string): Promise<CachedVersion> {
    const known = this.versions.get(id);
    if (known !== undefined) return known;
    const [version] = await this.store.subscriptionVersions([id]);
    if (version === undefined)
      throw new Error(
        `Subscription version ${id} is not stored, so its deliveries cannot be built. Restore the row of subscription_versions from a backup.`,
      );
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
  ): MessageMapping | undefined {
    const own = step === 0 ? version.mapping : (version.messaging?.fallback[step - 1]?.mapping ?? null);
    const template = own ?? facts.preset(eventType);
    if (template === undefined) return undefined;
    const key = own === null ? `${facts.type}/${eventType}/${timezone}` : `${version.id}/${step}/${timezone}`;
    const known = this.mappings.get(key);
    if (known !== undefined) return known;
    const compiled = compileMapping(template, { timezone });
    const readsRecipient = compiled.reads.some((read) => /^recipient(\.|$)/.test(read));
    const readsDigest = compiled.reads.some((read) => /^digest(\.|$)/.test(read) && read !== 'digest.count');
    const mapping = { compiled, readsRecipient, readsDigest };
    cacheEntry(this.mappings, key, mapping);
    return mapping;
  }
}

function cacheEntry<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, value);
}
