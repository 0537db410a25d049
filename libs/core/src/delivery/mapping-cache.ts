import { compileMapping, type CompiledMapping } from '@patchbay/mapping';
import type { MessagingRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { DestinationTypeFacts } from './destination-gateway.port.js';

const MAX_CACHED = 10_000;

/** Cached part of a subscription version. */
export type CachedVersion = Pick<SubscriptionVersionRecord, 'id' | 'mapping' | 'enrich' | 'messaging'>;

/** Compiled mappings of subscription versions and of presets. Versions never change, so neither does what is cached. */
export class MappingCache {
  private readonly versions = new Map<string, CachedVersion>();
  private readonly compiled = new Map<string, CompiledMapping>();

  constructor(private readonly store: Pick<ConfigurationStore, 'subscriptionVersions'>) {}

  /** A subscription version, as far as an attempt needs it. */
  async versionOf(id: string): Promise<CachedVersion> {
    const known = this.versions.get(id);
    if (known !== undefined) return known;
    const [version] = await this.store.subscriptionVersions([id]);
    if (version === undefined) throw new Error(`There is no subscription version ${id}.`);
    const { mapping, enrich, messaging } = version;
    const read = { id, mapping, enrich, messaging };
    remember(this.versions, id, read);
    return read;
  }

  /** What a subscription version says about its messages; null where it says nothing. */
  async messagingOf(subscriptionVersionId: string): Promise<MessagingRecord | null> {
    return (await this.versionOf(subscriptionVersionId)).messaging;
  }

  /**
   * The mapping of a subscription version, or of a step of its fallback, for an event type; undefined where it has none of
   * its own and the plugin has no preset. Throws a MappingError where it does not compile.
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
    remember(this.compiled, key, mapping);
    return mapping;
  }
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, value);
}
