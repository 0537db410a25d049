import { setTimeout as delay } from 'node:timers/promises';
import { Batcher, type BatcherOptions } from '../batcher.js';
import type { SourceAdapters } from '../event/source-adapter.port.js';
import type { BrandEntry } from './brand-entry.js';
import { CompiledBrand, recordsByBrand } from './compiled-brand.js';
import type { ConfigurationNotice } from './configuration-notice.js';
import type { ConfigurationStore } from './configuration-store.port.js';
import { LoadedBrands } from './loaded-brands.js';
import { VaultError } from '../vault.port.js';

/** Minimum time between two checks of {@link LiveConfiguration.refreshForStranger}, in milliseconds. */
const STRANGER_CHECK_EVERY_MS = 100;
/** Maximum estimated size of the brands in memory, in bytes. The heap has 1 GiB. */
const MAX_BYTES = 192 * 2 ** 20;
/** Brands per load, and queues per look-up. Everything that is asked for during a statement shares the next statement. */
const BATCHES: BatcherOptions = { lingerMs: 0, maxBatch: 100, maxInFlight: 1 };

/** Parts of the store from which {@link LiveConfiguration} loads. */
export type LoadedStore = Pick<ConfigurationStore, 'revision' | 'directory' | 'load' | 'brandsOfQueues'>;

/** Listener for loads. Called for each brand that was loaded. */
type LoadListener = (brand: CompiledBrand) => void;

/**
 * Configuration that this process uses: the directory of all brands, and the brands that were needed lately. A brand is
 * loaded when it is needed. A brand that is not loaded is never treated as a brand that does not exist. Methods that
 * return null have asked the database. They reject if the database is unavailable.
 *
 * The configuration is refreshed after a change notification, and before operations that must not use an outdated
 * configuration. A refresh loads only changed brands that are in memory.
 */
export class LiveConfiguration {
  private readonly entries = new Map<string, BrandEntry>();
  private readonly idsByName = new Map<string, string>();
  private readonly loaded: LoadedBrands;
  private readonly loads = new Batcher(this.loadBatch.bind(this), BATCHES);
  private readonly queueLookups: Batcher<string, string | null>;
  private readonly listeners: LoadListener[] = [];
  /** Newest revision of the directory. Null before the first {@link refresh}. */
  private seen: number | null = null;
  private sorted: readonly BrandEntry[] | null = null;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  /** Check that the callers of {@link refreshForStranger} wait for. */
  private forStrangers: Promise<void> | null = null;
  /** Time of the newest check for strangers, by the monotonic clock, in milliseconds. */
  private strangerCheckAt = -Infinity;

  /** @param maxBytes maximum estimated size of the brands in memory */
  constructor(
    private readonly store: LoadedStore,
    private readonly adapters: SourceAdapters,
    maxBytes = MAX_BYTES,
  ) {
    this.loaded = new LoadedBrands(maxBytes);
    this.queueLookups = new Batcher(async (queueIds) => {
      const brandIds = await this.store.brandsOfQueues([...new Set(queueIds)]);
      return queueIds.map((queueId) => brandIds.get(queueId) ?? null);
    }, BATCHES);
  }

  /** Newest revision that any brand had at the last refresh. Throws before the first {@link refresh}. */
  get revision(): number {
    if (this.seen === null) throw new Error('The configuration was read before it was loaded. Call refresh() first.');
    return this.seen;
  }

  /** All brands at the last refresh, in the order of their names. */
  get directory(): readonly BrandEntry[] {
    this.sorted ??= [...this.entries.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    return this.sorted;
  }

  /** Finds a brand in the directory by its id. Undefined if the brand did not exist at the last refresh. */
  entry(id: string): BrandEntry | undefined {
    return this.entries.get(id);
  }

  /** Finds a brand in the directory by its name. Undefined if the brand did not exist at the last refresh. */
  entryNamed(name: string): BrandEntry | undefined {
    const id = this.idsByName.get(name);
    return id === undefined ? undefined : this.entries.get(id);
  }

  /** Number and estimated size of the brands in memory. */
  get usage(): { readonly brands: number; readonly bytes: number } {
    return { brands: this.loaded.size, bytes: this.loaded.bytes };
  }

  /**
   * Returns a brand, and loads the brand if it is not in memory. Null if the brand does not exist. If the directory does
   * not have the brand, it is refreshed first.
   */
  async brand(id: string): Promise<CompiledBrand | null> {
    if (!this.entries.has(id)) await this.refresh();
    while (this.entries.has(id)) {
      const brand = this.loaded.get(id) ?? (await this.loads.add(id));
      if (brand !== 'outdated') return brand;
    }
    return null;
  }

  /** Like {@link brand}, but for a name. Does not refresh the directory: null if the last refresh found no such brand. */
  async brandNamed(name: string): Promise<CompiledBrand | null> {
    const entry = this.entryNamed(name);
    return entry === undefined ? null : this.brand(entry.id);
  }

  /**
   * Returns the brand of a queue, see {@link CompiledBrand.queueIds}. The brand is at least as new as the queue. Null if
   * neither a destination nor a subscription has the id, or if their brand was deleted.
   */
  async brandOfQueue(queueId: string): Promise<CompiledBrand | null> {
    const known = this.loaded.ofQueue(queueId);
    if (known !== undefined) return known;
    const brandId = await this.queueLookups.add(queueId);
    const brand = brandId === null ? null : await this.brand(brandId);
    if (brand === null || brand.queueIds.includes(queueId)) return brand;
    // The queue is newer than the brand in memory, or it was deleted.
    await this.refresh();
    return this.brand(brand.id);
  }

  /** Returns a brand if it is in memory. Undefined says nothing about its existence. */
  brandIfLoaded(id: string): CompiledBrand | undefined {
    return this.loaded.get(id);
  }

  /** Like {@link brandIfLoaded}, but for a name. */
  brandNamedIfLoaded(name: string): CompiledBrand | undefined {
    const id = this.idsByName.get(name);
    return id === undefined ? undefined : this.loaded.get(id);
  }

  /** Returns a brand that the caller holds. Throws if the brand is not in memory. */
  heldBrand(id: string): CompiledBrand {
    const brand = this.loaded.get(id);
    if (brand === undefined)
      throw new Error(`Brand ${id} was used without being loaded, or was deleted meanwhile. Repeat the operation.`);
    return brand;
  }

  /** Returns the brand of a queue if the brand is in memory. Undefined says nothing about its existence. */
  brandOfQueueIfLoaded(queueId: string): CompiledBrand | undefined {
    return this.loaded.ofQueue(queueId);
  }

  /** Keeps a brand in memory until the returned function is called. Does not load the brand. */
  hold(id: string): () => void {
    return this.loaded.hold(id);
  }

  /**
   * Loads the brand of a queue, and keeps the brand in memory until the returned function is called. Does nothing if
   * the brand does not exist.
   */
  async holdBrandOfQueue(queueId: string): Promise<() => void> {
    for (;;) {
      const brand = await this.brandOfQueue(queueId);
      if (brand === null) return () => undefined;
      // Another load may have dropped the brand before this function continued.
      if (this.loaded.revisionOf(brand.id) !== undefined) return this.loaded.hold(brand.id);
    }
  }

  /**
   * Resolves when the directory and the brands in memory are at least as new as the stored configuration at the time of
   * the call. Simultaneous calls share one check. A new call does not share a check that is already running, because the
   * running check may have read an older revision.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.run();
    this.next ??= this.running.then(
      () => this.run(),
      () => this.run(),
    );
    return this.next;
  }

  /**
   * Refreshes after a notice of a change. If no earlier notice is missing and the notice names the changed brands, only
   * brands in memory are loaded. Nothing else is read.
   */
  async refreshAfter(notice: ConfigurationNotice | null): Promise<void> {
    // A check that is running may not include the change.
    if (notice === null || this.running !== null) return this.refresh();
    return this.run(() => this.applyNotice(notice));
  }

  /**
   * Like {@link refresh}, but checks at most every 100 ms, and callers wait for the next check. Use this if anybody without
   * credentials can cause the call.
   */
  refreshForStranger(): Promise<void> {
    this.forStrangers ??= this.checkForStrangers();
    return this.forStrangers;
  }

  /** Calls a listener after each load of a brand. */
  onLoad(listener: LoadListener): void {
    this.listeners.push(listener);
  }

  private async checkForStrangers(): Promise<void> {
    await delay(Math.max(0, this.strangerCheckAt + STRANGER_CHECK_EVERY_MS - performance.now()));
    this.strangerCheckAt = performance.now();
    // A call during the check waits for another check, because this check may have read an older revision.
    this.forStrangers = null;
    await this.refresh();
  }

  private run(work = () => this.check()): Promise<void> {
    this.next = null;
    const check = work().finally(() => {
      if (this.running === check) this.running = null;
    });
    this.running = check;
    return check;
  }

  private async check(): Promise<void> {
    const newest = await this.store.revision();
    if (this.seen !== null && this.seen >= newest) return;
    const { revision, brands, deleted } = await this.store.directory(this.seen ?? undefined);
    for (const id of deleted) this.remove(id);
    for (const entry of brands) {
      this.entries.set(entry.id, entry);
      this.idsByName.set(entry.name, entry.id);
    }
    this.sorted = null;
    await this.loadOutdated(brands);
    // The revision comes last: if a load fails, the next refresh repeats it.
    this.seen = revision;
  }

  private async applyNotice({ revision, brandIds = [] }: ConfigurationNotice): Promise<void> {
    if (this.seen !== null && this.seen >= revision) return;
    const entries = brandIds.flatMap((id) => this.entries.get(id) ?? []);
    const isComplete = brandIds.length > 0 && entries.length === brandIds.length;
    if (!isComplete || this.seen !== revision - 1) return this.check();
    const changed = entries.map((entry) => ({ ...entry, revision }));
    for (const entry of changed) this.entries.set(entry.id, entry);
    this.sorted = null;
    await this.loadOutdated(changed);
    this.seen = revision;
  }

  /** Loads the brands in memory that are older than their entry in the directory. */
  private async loadOutdated(brands: readonly BrandEntry[]): Promise<void> {
    const outdated = brands.flatMap(({ id, revision }) =>
      (this.loaded.revisionOf(id) ?? revision) < revision ? [id] : [],
    );
    for (let from = 0; from < outdated.length; from += BATCHES.maxBatch) {
      const loaded = await this.load(outdated.slice(from, from + BATCHES.maxBatch));
      for (const [id, brand] of loaded) if (brand instanceof VaultError) this.loaded.delete(id);
    }
  }

  private remove(id: string): void {
    const entry = this.entries.get(id);
    this.loaded.delete(id);
    // A new brand may already have the name of the deleted brand.
    if (entry !== undefined && this.idsByName.get(entry.name) === id) this.idsByName.delete(entry.name);
    this.entries.delete(id);
  }

  /** Loads brands for {@link brand}. `outdated` if a refresh found a newer revision meanwhile. */
  private async loadBatch(
    ids: readonly string[],
  ): Promise<readonly (CompiledBrand | 'outdated' | null | Promise<never>)[]> {
    const brands = new Map<string, CompiledBrand | 'outdated' | VaultError>();
    for (const id of ids) {
      // An earlier batch may have loaded the brand. This batch may drop it from memory again.
      const known = this.loaded.get(id);
      if (known !== undefined) brands.set(id, known);
    }
    const missing = [...new Set(ids)].filter((id) => !brands.has(id));
    for (const [id, brand] of await this.load(missing)) brands.set(id, brand);
    return ids.map((id) => {
      const brand = brands.get(id) ?? null;
      return brand instanceof VaultError ? Promise.reject(brand) : brand;
    });
  }

  /**
   * Loads and compiles brands, and keeps each brand unless a refresh found a newer revision meanwhile. If the values of a
   * brand cannot be opened, the others are loaded, and the result of this brand is the error.
   */
  private async load(ids: readonly string[]): Promise<ReadonlyMap<string, CompiledBrand | 'outdated' | VaultError>> {
    if (ids.length === 0) return new Map();
    try {
      const records = await this.store.load(ids);
      const brands = recordsByBrand(records).map((own) => new CompiledBrand(own, this.adapters));
      return new Map(brands.map((brand) => [brand.id, this.keep(brand)]));
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      const [first = '', ...others] = ids;
      if (others.length === 0) return new Map([[first, error]]);
      const brands = new Map<string, CompiledBrand | 'outdated' | VaultError>();
      for (const id of ids) for (const [own, brand] of await this.load([id])) brands.set(own, brand);
      return brands;
    }
  }

  private keep(brand: CompiledBrand): CompiledBrand | 'outdated' {
    const entry = this.entries.get(brand.id);
    if (entry === undefined || brand.revision < entry.revision) return 'outdated';
    this.loaded.put(brand);
    for (const listener of this.listeners) listener(brand);
    return brand;
  }
}
