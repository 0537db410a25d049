import {
  CAPILLARY_ENRICHMENTS,
  matchesEventPattern,
  type BrandDefinition,
  type SourceAdapter,
  type SubscriptionSpec,
} from '@patchbay/core';
import { FilterError, MappingError, compileFilter, compileMapping } from '@patchbay/mapping';
import { parseField, type FieldPath } from '../field-path.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import type { ProblemList } from './problem-list.js';
import { readsRemovedPath } from './removed-paths.js';

/** Checks the subscriptions of one definition. */
export class SubscriptionCheck {
  private readonly adapters: ReadonlyMap<string, SourceAdapter | undefined>;
  private readonly destinationTypes: ReadonlyMap<string, string>;

  /** @param timezone a valid one: mappings are compiled with it */
  constructor(
    private readonly definition: BrandDefinition,
    private readonly timezone: string,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
  ) {
    this.adapters = new Map(definition.sources.map(({ name, adapter }) => [name, checks.adapters.get(adapter)]));
    this.destinationTypes = new Map(definition.destinations.map(({ name, type }) => [name, type]));
  }

  check(subscription: SubscriptionSpec): void {
    const at = ['subscriptions', subscription.name];
    this.refersTo('source', subscription.source, this.adapters.keys(), at);
    this.refersTo('destination', subscription.destination, this.destinationTypes.keys(), at);
    const types = this.eventTypes(subscription);
    this.checkFilter(subscription, types, [...at, 'when']);
    this.checkMapping(subscription, types, [...at, 'mapping']);
    this.checkEnrich(subscription, [...at, 'enrich']);
    this.checkOrdering(subscription, types, [...at, 'ordering']);
  }

  private refersTo(key: 'source' | 'destination', name: string, known: Iterable<string>, at: FieldPath): void {
    const names = [...known];
    if (names.includes(name)) return;
    const path = [...at, key];
    const hint = suggestion(name, names) || ` There are: ${names.join(', ') || 'none'}.`;
    this.list.add(path, `this brand has no ${key} ${this.list.quote(path, name)}.${hint}`);
  }

  /** The event types it may get as far as they are known: what it names, and what the catalogue has for its patterns. */
  private eventTypes({ source, events }: SubscriptionSpec): readonly string[] {
    const catalogue = this.adapters.get(source)?.catalogue() ?? [];
    const known = catalogue.map(({ type }) => type).filter((type) => events.some((e) => matchesEventPattern(e, type)));
    return [...new Set([...events.filter((event) => !event.endsWith('*')), ...known])];
  }

  private checkFilter({ when, source }: SubscriptionSpec, types: readonly string[], at: FieldPath): void {
    if (when === undefined) return;
    try {
      this.checkReads(compileFilter(when).reads, source, types, at);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      this.list.add([...at, ...parseField(error.path)], error.reason);
    }
  }

  private checkMapping(subscription: SubscriptionSpec, types: readonly string[], at: FieldPath): void {
    const { mapping, source } = subscription;
    if (mapping === undefined) return this.checkPreset(subscription, types);
    if (isPerLocale(mapping)) {
      return this.list.add(at, 'a mapping per locale is not available in this version yet: write one mapping');
    }
    try {
      const { reads } = compileMapping(mapping, { timezone: this.timezone });
      this.checkReads(reads, source, types, at);
      this.checkEnrichedReads(reads, subscription, at);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      this.list.add([...at, ...parseField(error.path)], error.reason);
    }
  }

  private checkEnrich({ enrich = [] }: SubscriptionSpec, at: FieldPath): void {
    const { capillary, http = {} } = this.definition.enrichment ?? {};
    const known = [...(capillary === undefined ? [] : CAPILLARY_ENRICHMENTS), ...Object.keys(http)];
    enrich.forEach((name, index) => {
      if (known.includes(name)) return;
      const path = [...at, index];
      const hint = suggestion(name, known) || ` There are: ${known.join(', ') || 'none'}.`;
      this.list.add(path, `this brand has no enrichment ${this.list.quote(path, name)}.${hint}`);
    });
  }

  private checkOrdering(
    { ordering, supersede, source }: SubscriptionSpec,
    types: readonly string[],
    at: FieldPath,
  ): void {
    if (ordering === undefined) return;
    if (supersede === true && ordering.onDead === 'block') {
      this.list.add(
        [...at, 'onDead'],
        'with supersede the newest state goes out whatever became of the one before: write skip, or remove supersede',
      );
    }
    ordering.paths.forEach((path, index) => this.checkReads([path], source, types, [...at, 'paths', index]));
  }

  private checkEnrichedReads(reads: readonly string[], { enrich = [] }: SubscriptionSpec, at: FieldPath): void {
    const names = reads.filter((read) => read.startsWith('enriched.')).map((read) => read.split('.')[1] ?? '');
    const missing = names.find((name) => name !== '*' && !enrich.includes(name));
    if (missing === undefined) return;
    this.list.add(at, `reads enriched.${missing}, which is not fetched: add ${missing} to enrich of this subscription`);
  }

  /** Without a mapping, every event type that is named needs a preset, and a pattern at least one. */
  private checkPreset({ name, destination, events }: SubscriptionSpec, types: readonly string[]): void {
    const type = this.destinationTypes.get(destination);
    const facts = type === undefined ? undefined : this.checks.destinations.facts(type);
    if (facts === undefined) return;
    const hasPreset = (event: string): boolean => facts.preset(event) !== undefined;
    events.forEach((event, index) => {
      const meant = event.endsWith('*') ? types.filter((known) => matchesEventPattern(event, known)) : [event];
      if (meant.some(hasPreset) || hasPreset('*')) return;
      const path = ['subscriptions', name, 'events', index];
      const shown = this.list.quote(path, event);
      this.list.add(path, `${facts.type} has no preset for ${shown}: write a mapping for this subscription`);
    });
  }

  private checkReads(reads: readonly string[], source: string, types: readonly string[], at: FieldPath): void {
    const adapter = this.adapters.get(source);
    if (adapter === undefined || this.definition.privacy.mode === 'standard') return;
    const paths = types.map((type) => adapter.personalPaths(type));
    const removed = readsRemovedPath(reads, this.definition.privacy, paths);
    if (removed === undefined) return;
    this.list.add(
      at,
      `reads ${removed}, which a pii-less brand removes from its events: read another path, ` +
        'or add it to privacy.keep if it is not personal',
    );
  }
}

/** `{ locale: "{{ … }}", en: {…}, ar: {…} }`: nothing but the choice and one mapping a language. */
function isPerLocale({ locale, ...others }: Readonly<Record<string, unknown>>): boolean {
  const languages = Object.entries(others);
  return (
    typeof locale === 'string' &&
    languages.length > 0 &&
    languages.every(([key, value]) => /^([a-z]{2,3}(-[A-Za-z0-9]+)*|default)$/.test(key) && typeof value === 'object')
  );
}
