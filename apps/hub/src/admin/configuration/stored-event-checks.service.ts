import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { storedEventWarnings, type EventReads, type EventSample, type SourceText } from '@patchbay/config';
import {
  brandView,
  filterScope,
  placeholderInputs,
  SchemaInference,
  VaultError,
  type BrandRecord,
  type Clock,
  type ConfigurationProblem,
  type EventContent,
  type JsonObject,
  type ReadStore,
  type SourceRecord,
} from '@patchbay/core';
import { compileFilter, EventBudget } from '@patchbay/mapping';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { CLOCK, READ_STORE } from '../../database/database.module.js';
import { FreshConfiguration, recordsOfBrand, type CurrentBrand } from '../common/fresh-configuration.service.js';

/** Number of the newest events per type from which a schema is inferred. */
const SCHEMA_EVENTS = 1_000;
/** Number of the newest events per type in which shown values must not be empty. */
const NEWEST = 100;
const PAGE = 100;
/** Maximum size of the events of one type, in characters of their JSON, and maximum time to read them. */
const SAMPLE_SIZE = 8_000_000;
const SAMPLE_MS = 1_000;
/** Maximum number of types whose events are kept in memory during one check. */
const MAX_KEPT = 20;
const SEEN_WITHIN_MS = 7 * 86_400_000;
/** Maximum time of all checks of one request, in milliseconds. */
export const STORED_CHECKS_MS = 3_000;

/** Newest stored events of a source and type. */
interface StoredEvents {
  readonly count: number;
  readonly schema: JsonObject;
  /** Placeholders replace personal values. */
  readonly newest: readonly EventEnvelope[];
}

/** Events to read. */
export interface WantedEvents {
  readonly source: SourceRecord;
  /** Event type, or a pattern of event types. */
  readonly type: string;
  /** Number of events to read. */
  readonly most: number;
}

/** Checks of configuration against the stored events of its brand. Reads a bounded number of events. */
@Injectable()
export class StoredEventChecks {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(READ_STORE) private readonly store: ReadStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Returns warnings about subscriptions. Empty if the brand is not stored yet.
   * @param end time on the monotonic clock after which no further subscription is checked, in milliseconds
   */
  async warnings(
    brandName: string,
    reads: readonly EventReads[],
    source: Pick<SourceText, 'sourceLocations'>,
    end = performance.now() + STORED_CHECKS_MS,
  ): Promise<readonly ConfigurationProblem[]> {
    if (reads.length === 0 || performance.now() > end) return [];
    if ((await this.brands.findEntry(brandName)) === undefined) return [];
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const seen = await this.store.seenEventTypes(brand.id, this.clock.now() - SEEN_WITHIN_MS);
    const seenTypes = seen.map(({ type }) => type);
    const kept = new Map<string, StoredEvents>();
    const found: ConfigurationProblem[] = [];
    for (const one of reads) {
      if (performance.now() > end) break;
      const samples = await this.samples({ configuration, brand }, one, kept, end);
      found.push(...storedEventWarnings(one, { samples, seenTypes }, source));
    }
    return found;
  }

  /** Returns the newest events of a source and type that a filter takes, with placeholders for personal values. */
  async taken(current: CurrentBrand, wanted: WantedEvents, when: JsonObject | null): Promise<readonly JsonObject[]> {
    return takenBy(when, (await this.read(current, wanted)).newest, current.brand);
  }

  private async samples(
    current: CurrentBrand,
    { subscription, reads, conditions }: EventReads,
    kept: Map<string, StoredEvents>,
    end: number,
  ): Promise<readonly EventSample[]> {
    const source = recordsOfBrand(current.configuration.records.sources, current.brand).find(
      ({ name }) => name === subscription.source,
    );
    if (source === undefined) return [];
    const hasSchemas = (current.configuration.source(source.id)?.adapter.catalogue().length ?? 0) > 0;
    const needed = hasSchemas ? reads.some(({ isShown }) => isShown) : reads.length + conditions.length > 0;
    if (!needed) return [];
    const samples: EventSample[] = [];
    for (const type of subscription.events) {
      if (performance.now() > end) break;
      const key = `${source.id} ${type}`;
      const stored =
        kept.get(key) ?? (await this.read(current, { source, type, most: hasSchemas ? NEWEST : SCHEMA_EVENTS }));
      if (kept.size < MAX_KEPT) kept.set(key, stored);
      const { count, schema, newest } = stored;
      const taken = await takenBy(subscription.when ?? null, newest, current.brand);
      samples.push({ type, count, newest: taken, ...(hasSchemas ? {} : { schema }) });
    }
    return samples;
  }

  private async read(current: CurrentBrand, { source, type, most }: WantedEvents): Promise<StoredEvents> {
    const end = performance.now() + SAMPLE_MS;
    const inference = new SchemaInference();
    const newest: EventEnvelope[] = [];
    let [count, size] = [0, 0];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<ReadStore['takenEvents']>> = await this.store.takenEvents(
        current.brand.id,
        { sourceId: source.id, events: [type] },
        { limit: Math.min(PAGE, most - count), cursor },
      );
      for (const event of page.data) {
        const shown = withPlaceholders(event, current);
        if (shown === null) continue;
        size += JSON.stringify(shown.data).length;
        if (count > 0 && size > SAMPLE_SIZE) return { count, schema: inference.schema, newest };
        inference.add(shown.data);
        count += 1;
        if (newest.length < NEWEST) newest.push(shown);
      }
      cursor = page.nextCursor;
    } while (cursor !== null && count < most && performance.now() < end);
    return { count, schema: inference.schema, newest };
  }
}

/** Null if the personal values of the event cannot be decrypted. */
function withPlaceholders(event: EventContent, current: CurrentBrand): EventEnvelope | null {
  try {
    return placeholderInputs(event, current).event;
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

/** Returns the data of the events that a filter takes. The events share the step budget of one event. */
async function takenBy(
  when: JsonObject | null,
  events: readonly EventEnvelope[],
  brand: BrandRecord,
): Promise<readonly JsonObject[]> {
  if (when === null) return events.map(({ data }) => data);
  const filter = compileFilter(when);
  const budget = new EventBudget();
  const taken: JsonObject[] = [];
  for (const event of events) {
    if (filter.evaluate(filterScope(event, brandView(brand)), budget).kind === 'matched') taken.push(event.data);
    // Other requests continue between two events.
    await nextTurn();
  }
  return taken;
}
