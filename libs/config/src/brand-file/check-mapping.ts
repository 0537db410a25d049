import { matchesEventPattern, type BrandDefinition, type SourceAdapter, type SubscriptionSpec } from '@patchbay/core';
import { languageFindings, messageShapes, type JsonObject, type MessageShape } from '@patchbay/mapping';
import { parseField, type FieldPath } from '../field-path.js';
import type { BrandChecks } from './brand-checks.js';
import { mappingReads, ofEvent, type EventRead } from './event-reads.js';
import type { ProblemList } from './problem-list.js';
import { readsRemovedPath, type PathUse } from './removed-paths.js';

/** Mapping of a subscription or of a fallback step, with its place in the configuration. */
export interface MappingLocation {
  /** Mapping of the subscription or step. Absent if the preset of the destination type is used. */
  readonly mapping?: JsonObject;
  /** Destination type. Undefined if it is unknown. */
  readonly type: string | undefined;
  readonly at: FieldPath;
  /** Returns the path at which a missing preset is reported. */
  readonly presetAt: (eventIndex: number) => FieldPath;
}

/** Check of mappings and of the event paths that they read. */
export class MappingCheck {
  /**
   * @param timezone valid time zone, with which mappings are compiled
   * @param adapters adapters by name of the brand's source
   */
  constructor(
    private readonly definition: BrandDefinition,
    private readonly timezone: string,
    private readonly adapters: ReadonlyMap<string, SourceAdapter | undefined>,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
  ) {}

  /**
   * Returns the paths of the event that the mapping reads. Empty if it does not compile, or if a preset is used.
   * @param types known event types that the subscription may receive
   */
  check(location: MappingLocation, subscription: SubscriptionSpec, types: readonly string[]): readonly EventRead[] {
    const { mapping, at, type } = location;
    if (mapping === undefined) {
      this.checkPreset(location, subscription, types);
      return [];
    }
    const compiled = this.checks.compile({ kind: 'mapping', source: mapping, options: { timezone: this.timezone } });
    if (!compiled.ok) {
      this.list.add([...at, ...parseField(compiled.problem.path)], compiled.problem.reason);
      return [];
    }
    if (type !== undefined) this.checkMessage(mapping, type, at);
    const reads = compiled.reads.map(ofEvent);
    this.checkReads(reads, subscription.source, types, at);
    this.checkEnrichedReads(reads, subscription, at);
    const channel = type === undefined ? undefined : this.checks.destinations.facts(type)?.messaging;
    const isForPeople = channel !== undefined && channel !== null;
    return mappingReads(compiled.placedReads ?? [], isForPeople).map((read) => ({ ...read, at: [...at, ...read.at] }));
  }

  /** Checks the messages that a mapping can make, per language and per branch of each `$if`. */
  private checkMessage(mapping: JsonObject, type: string, at: FieldPath): void {
    const found = new Map<string, string>();
    for (const shape of messageShapes(mapping)) {
      for (const { field, message } of this.checks.destinations.checkMessageShape(type, shape)) {
        found.set(templatePath(field, shape), message);
      }
    }
    const languages = languageFindings(mapping);
    const hasUnknownLanguage = languages.some(({ isError }) => isError);
    // If the message class has no field `locale`, the other keys of the mapping are meant as languages.
    if (hasUnknownLanguage && found.has('locale')) found.clear();
    else if (hasUnknownLanguage) return this.addAll(found, at);
    for (const { key, message, isError } of languages) {
      if (isError) this.list.add([...at, key], message);
      else this.list.warn([...at, key], message);
    }
    this.addAll(found, at);
  }

  private addAll(found: ReadonlyMap<string, string>, at: FieldPath): void {
    for (const [field, message] of found) this.list.add([...at, ...parseField(field)], message);
  }

  /** Returns true if the brand keeps all event paths that a mapping reads. Otherwise adds a problem. */
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

  /** Adds a problem if an enrichment is read that the subscription does not fetch. */
  checkEnrichedReads(reads: readonly string[], { enrich = [] }: SubscriptionSpec, at: FieldPath): void {
    const names = reads.filter((read) => read.startsWith('enriched.')).map((read) => read.split('.')[1] ?? '');
    const missing = names.find((name) => name !== '*' && !enrich.includes(name));
    if (missing === undefined) return;
    this.list.add(at, `reads enriched.${missing}, which is not fetched: add ${missing} to enrich of this subscription`);
  }

  /**
   * Checks that every event type has a preset, and that every pattern of event types matches at least one event type
   * with a preset.
   */
  private checkPreset(
    { type, presetAt }: MappingLocation,
    { events, source }: SubscriptionSpec,
    types: readonly string[],
  ): void {
    const facts = type === undefined ? undefined : this.checks.destinations.facts(type);
    if (facts === undefined) return;
    const hasPreset = (event: string): boolean => facts.preset(event) !== undefined;
    events.forEach((event, index) => {
      const matching = event.endsWith('*')
        ? types.filter((known) => matchesEventPattern(event, known, source))
        : [event];
      if (matching.some(hasPreset) || hasPreset('*')) return;
      const path = presetAt(index);
      this.list.add(
        path,
        `${facts.type} has no preset for ${this.list.quote(path, event)}: write a mapping for this ${partAt(path)}`,
      );
    });
  }
}

/** Returns the kind of the part of a subscription at a path. */
function partAt(path: FieldPath): string {
  if (path.includes('fallback')) return 'step';
  return path.includes('route') ? 'entry' : 'subscription';
}

/** Converts a path in the message to the path in the template. A missing field belongs to the nearest known parent. */
function templatePath(field: string, { places }: MessageShape): string {
  for (let end = field.length; end > 0; end = field.lastIndexOf('.', end - 1)) {
    const known = places.get(field.slice(0, end));
    if (known !== undefined) return known + field.slice(end);
  }
  const root = places.get('') ?? '';
  return root === '' ? field : `${root}.${field}`;
}
