import { estimatedBytes } from './brand-size.js';
import type { CompiledBrand } from './compiled-brand.js';

/**
 * Compiled brands in memory, bounded by their estimated size. If the bound is exceeded, the brand that was not used for
 * the longest time is dropped. Brands that are held are not dropped, even if they exceed the bound together.
 */
export class LoadedBrands {
  /**
   * Brands by id. A use changes only the entry: moving it to the end of the map would create garbage for every event
   * (decision 0146).
   */
  private readonly brands = new Map<string, LoadedBrand>();
  /** Ids of the brands by the ids of their queues. */
  private readonly brandIds = new Map<string, string>();
  /** Number of holds by brand id. */
  private readonly holds = new Map<string, number>();
  private used = 0;
  /** Number of uses of all brands. */
  private uses = 0;

  constructor(private readonly maxBytes: number) {}

  /** Number of brands in memory. */
  get size(): number {
    return this.brands.size;
  }

  /** Estimated size of the brands in memory, in bytes. */
  get bytes(): number {
    return this.used;
  }

  /** Returns a brand and records its use. Undefined if the brand is not in memory. */
  get(id: string): CompiledBrand | undefined {
    const loaded = this.brands.get(id);
    if (loaded === undefined) return undefined;
    loaded.lastUse = ++this.uses;
    return loaded.brand;
  }

  /** Returns the brand of a queue and records its use, see {@link CompiledBrand.queueIds}. */
  ofQueue(queueId: string): CompiledBrand | undefined {
    const id = this.brandIds.get(queueId);
    return id === undefined ? undefined : this.get(id);
  }

  /** Returns the revision of a brand without recording a use. Undefined if the brand is not in memory. */
  revisionOf(id: string): number | undefined {
    return this.brands.get(id)?.brand.revision;
  }

  /** Adds a brand, or replaces its former revision. Drops other brands if the bound is exceeded. */
  put(brand: CompiledBrand): void {
    this.delete(brand.id);
    const bytes = estimatedBytes(brand.records);
    this.brands.set(brand.id, { brand, bytes, lastUse: ++this.uses });
    for (const queueId of brand.queueIds) this.brandIds.set(queueId, brand.id);
    this.used += bytes;
    this.dropUnused(brand.id);
  }

  /** Drops a brand that was deleted, even if it is held. */
  delete(id: string): void {
    const loaded = this.brands.get(id);
    if (loaded === undefined) return;
    this.brands.delete(id);
    for (const queueId of loaded.brand.queueIds) this.brandIds.delete(queueId);
    this.used -= loaded.bytes;
  }

  /** Keeps a brand in memory until the returned function is called. */
  hold(id: string): () => void {
    this.holds.set(id, (this.holds.get(id) ?? 0) + 1);
    return () => {
      const left = (this.holds.get(id) ?? 0) - 1;
      if (left > 0) this.holds.set(id, left);
      else this.holds.delete(id);
    };
  }

  private dropUnused(keptId: string): void {
    while (this.used > this.maxBytes) {
      const id = this.leastRecentlyUsed(keptId);
      if (id === undefined) return;
      this.delete(id);
    }
  }

  /** Returns the brand to drop next. Undefined if all other brands are held. */
  private leastRecentlyUsed(keptId: string): string | undefined {
    let oldest: string | undefined;
    let lastUse = Number.POSITIVE_INFINITY;
    for (const [id, loaded] of this.brands) {
      if (loaded.lastUse >= lastUse || id === keptId || this.holds.has(id)) continue;
      oldest = id;
      lastUse = loaded.lastUse;
    }
    return oldest;
  }
}

interface LoadedBrand {
  readonly brand: CompiledBrand;
  readonly bytes: number;
  /** Value of the counter of uses at the last use. */
  lastUse: number;
}
