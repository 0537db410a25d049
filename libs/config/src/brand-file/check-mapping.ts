import { matchesEventPattern, type BrandDefinition, type SourceAdapter, type SubscriptionSpec } from '@patchbay/core';
import type { JsonObject } from '@patchbay/mapping';
import { parseField, type FieldPath } from '../field-path.js';
import type { BrandChecks } from './brand-checks.js';
import type { ProblemList } from './problem-list.js';
import { readsRemovedPath, type PathUse } from './removed-paths.js';

/** What messages are made by for one destination: the subscription's own, or that of a step of its fallback. */
export interface MappingLocation {
  /** Left out: the preset of the destination's type. */
  readonly mapping?: JsonObject;
  /** The destination's type; undefined where it is not known. */
  readonly type: string | undefined;
  readonly at: FieldPath;
  /** Where it stands that an event type has no preset. */
  readonly presetAt: (eventIndex: number) => FieldPath;
}

/** Checks mappings, and what is read of events. */
export class MappingCheck {
  /**
   * @param timezone a valid one: mappings are compiled with it
   * @param adapters of the brand's sources, by name
   */
  constructor(
    private readonly definition: BrandDefinition,
    private readonly timezone: string,
    private readonly adapters: ReadonlyMap<string, SourceAdapter | undefined>,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
  ) {}

  /** @param types the event types that the subscription may get, as far as they are known */
  check(location: MappingLocation, subscription: SubscriptionSpec, types: readonly string[]): void {
    const { mapping, at } = location;
    if (mapping === undefined) return this.checkPreset(location, subscription, types);
    const compiled = this.checks.compile({ kind: 'mapping', source: mapping, options: { timezone: this.timezone } });
    if (!compiled.ok) {
      this.list.add([...at, ...parseField(compiled.problem.path)], compiled.problem.reason);
      return;
    }
    const reads = compiled.reads.map(ofEvent);
    this.checkReads(reads, subscription.source, types, at);
    this.checkEnrichedReads(reads, subscription, at);
  }

  /** Whether a `pii-less` brand keeps what is read of its events; tells where it does not. */
  checkReads(
    reads: readonly string[],
    source: string,
    types: readonly string[],
    at: FieldPath,
    use: PathUse = 'value',
  ): boolean {
    const adapter = this.adapters.get(source);
    if (adapter === undefined || this.definition.privacy.mode === 'standard') return true;
    const paths = types.map((type) => adapter.personalPaths(type));
    const removed = readsRemovedPath(reads, this.definition.privacy, paths, use);
    if (removed === undefined) return true;
    this.list.add(
      at,
      `reads ${removed}, which a pii-less brand removes from its events: read another path, ` +
        'or add it to privacy.keep if it is not personal',
    );
    return false;
  }

  private checkEnrichedReads(reads: readonly string[], { enrich = [] }: SubscriptionSpec, at: FieldPath): void {
    const names = reads.filter((read) => read.startsWith('enriched.')).map((read) => read.split('.')[1] ?? '');
    const missing = names.find((name) => name !== '*' && !enrich.includes(name));
    if (missing === undefined) return;
    this.list.add(at, `reads enriched.${missing}, which is not fetched: add ${missing} to enrich of this subscription`);
  }

  /** Without a mapping, every event type that is named needs a preset, and a pattern at least one. */
  private checkPreset(
    { type, presetAt }: MappingLocation,
    { events }: SubscriptionSpec,
    types: readonly string[],
  ): void {
    const facts = type === undefined ? undefined : this.checks.destinations.facts(type);
    if (facts === undefined) return;
    const hasPreset = (event: string): boolean => facts.preset(event) !== undefined;
    events.forEach((event, index) => {
      const meant = event.endsWith('*') ? types.filter((known) => matchesEventPattern(event, known)) : [event];
      if (meant.some(hasPreset) || hasPreset('*')) return;
      const path = presetAt(index);
      this.list.add(
        path,
        `${facts.type} has no preset for ${this.list.quote(path, event)}: write a mapping for this ${path.includes('fallback') ? 'step' : 'subscription'}`,
      );
    });
  }
}

/** What is read of the events of a digest is read of each. */
function ofEvent(read: string): string {
  return read.replace(/^digest\.events\.\*\./, '');
}
