import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import { compileFilter, type CompiledFilter } from '@patchbay/mapping';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { matchesEventPattern } from './event-pattern.js';

/** What filters see of a brand. */
export interface BrandView extends JsonObject {
  name: string;
  timezone: string;
}

/** A subscription version, its filter compiled. */
export interface CompiledSubscription {
  readonly record: SubscriptionVersionRecord;
  /** Null: every event of its types. */
  readonly filter: CompiledFilter | null;
}

// Types are the sender's words: without a bound they would fill the memory.
const MAX_REMEMBERED_TYPES = 10_000;

/** Which subscriptions want an event. Compiled once for each revision; matching is all in memory. */
export class RoutingTable {
  private readonly bySource = new Map<string, CompiledSubscription[]>();
  private readonly candidates = new Map<string, readonly CompiledSubscription[]>();

  /** Throws where a filter does not compile: what was checked when it was saved still has to hold. */
  constructor(records: readonly SubscriptionVersionRecord[]) {
    for (const record of records) {
      const compiled = compileSubscription(record);
      const known = this.bySource.get(record.sourceId);
      if (known === undefined) this.bySource.set(record.sourceId, [compiled]);
      else known.push(compiled);
    }
  }

  /** The subscriptions that this event goes to. */
  match(sourceId: string, event: EventEnvelope, brand: BrandView): readonly CompiledSubscription[] {
    const candidates = this.candidatesFor(sourceId, event.type);
    if (candidates.length === 0) return candidates;
    const scope = filterScope(event, brand);
    return candidates.filter(({ filter }) => filter === null || filter.matches(scope));
  }

  private candidatesFor(sourceId: string, type: string): readonly CompiledSubscription[] {
    const key = `${sourceId}/${type}`;
    const known = this.candidates.get(key);
    if (known !== undefined) return known;
    const found = (this.bySource.get(sourceId) ?? []).filter(({ record }) =>
      record.events.some((pattern) => matchesEventPattern(pattern, type)),
    );
    if (this.candidates.size >= MAX_REMEMBERED_TYPES) this.candidates.clear();
    this.candidates.set(key, found);
    return found;
  }
}

/** Compiles one subscription version. Throws a FilterError. */
export function compileSubscription(record: SubscriptionVersionRecord): CompiledSubscription {
  return { record, filter: record.when === null ? null : compileFilter(record.when) };
}

/** What a filter sees. */
export function filterScope(
  event: EventEnvelope,
  brand: BrandView,
): { event: JsonObject; data: JsonObject; brand: JsonObject } {
  const { data, ...envelope } = event;
  return { event: envelope, data, brand };
}
