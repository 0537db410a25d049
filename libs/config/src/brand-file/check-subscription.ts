import {
  CAPILLARY_ENRICHMENTS,
  OPERATIONAL_SOURCE,
  OPERATIONAL_TYPES,
  matchesEventPattern,
  type BrandDefinition,
  type SourceAdapter,
  type SubscriptionSpec,
} from '@patchbay/core';
import { filterConditions, ROUTE_ROOTS, type JsonObject } from '@patchbay/mapping';
import { parseField, type FieldPath } from '../field-path.js';
import { suggestion } from '../suggestion.js';
import type { BrandChecks } from './brand-checks.js';
import { MappingCheck, type MappingLocation } from './check-mapping.js';
import { MessagingCheck } from './check-messaging.js';
import { describeTypes, pathFindings, type EventRead, type EventReads } from './event-reads.js';
import type { ProblemList } from './problem-list.js';

/** Check of the subscriptions of one definition. */
export class SubscriptionCheck {
  private readonly adapters: ReadonlyMap<string, SourceAdapter | undefined>;
  private readonly destinationTypes: ReadonlyMap<string, string>;
  private readonly mappings: MappingCheck;
  private readonly messaging: MessagingCheck;
  /** Paths that the checked subscriptions read. */
  readonly reads: EventReads[] = [];

  /** @param timezone valid time zone, with which mappings are compiled */
  constructor(
    private readonly definition: BrandDefinition,
    timezone: string,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
  ) {
    this.adapters = new Map([
      ...definition.sources.map(({ name, adapter }) => [name, checks.adapters.get(adapter)] as const),
      [OPERATIONAL_SOURCE, checks.adapters.get(OPERATIONAL_SOURCE)],
    ]);
    this.destinationTypes = new Map(definition.destinations.map(({ name, type }) => [name, type]));
    this.mappings = new MappingCheck(definition, timezone, this.adapters, checks, list);
    const delays = new Map(definition.destinations.map(({ name, messaging }) => [name, messaging?.sendAfterMs ?? 0]));
    this.messaging = new MessagingCheck(this.adapters, this.destinationTypes, this.mappings, checks, list, delays);
  }

  check(subscription: SubscriptionSpec): void {
    const at = ['subscriptions', subscription.name];
    this.refersTo('source', subscription.source, this.adapters.keys(), at);
    this.checkTarget(subscription, at);
    this.checkOperationalTypes(subscription, [...at, 'events']);
    const types = this.eventTypes(subscription);
    this.warnUnknownTypes(subscription.source, subscription.events, [...at, 'events']);
    const hasFilter = this.checkFilter(subscription, types, [...at, 'when']);
    const routed = this.checkRoute(subscription, types, [...at, 'route']);
    const shown = this.mappedParts(subscription, at).flatMap((part) => this.mappings.check(part, subscription, types));
    this.checkEnrich(subscription, [...at, 'enrich']);
    this.checkOrdering(subscription, types, [...at, 'ordering']);
    const inMessaging = this.messaging.check(subscription, types);
    this.warnUnknownTypes(subscription.source, subscription.messaging?.cancelOn?.events ?? [], [
      ...at,
      ...['messaging', 'cancelOn'],
      ...(subscription.messaging?.cancelOn?.reference === undefined ? [] : ['events']),
    ]);
    this.checkPaths({
      subscription,
      types,
      reads: [...shown, ...orderingReads(subscription, at), ...inMessaging],
      conditions: [...(hasFilter ? conditionsOf(subscription, [...at, 'when']) : []), ...routed],
    });
  }

  /** Checks the paths that a subscription reads against the catalogue, if the adapter of its source has one. */
  private checkPaths(reads: EventReads): void {
    this.reads.push(reads);
    const catalogue = this.adapters.get(reads.subscription.source)?.catalogue() ?? [];
    if (catalogue.length === 0) return;
    const schemas = new Map(catalogue.map(({ type, schema }) => [type, schema]));
    const types = reads.types.map((type) => ({ type, schema: schemas.get(type) }));
    for (const { at, message, isError } of pathFindings(reads, types, describeTypes(types))) {
      if (isError) this.list.add(at, message);
      else this.list.warn(at, message);
    }
  }

  /** Warns about event types that the catalogue of a source does not have. Their events may still arrive. */
  private warnUnknownTypes(source: string, events: readonly string[], at: FieldPath): void {
    const known =
      this.adapters
        .get(source)
        ?.catalogue()
        .map(({ type }) => type) ?? [];
    if (known.length === 0 || source === OPERATIONAL_SOURCE) return;
    events.forEach((event, index) => {
      if (known.some((type) => matchesEventPattern(event, type, source))) return;
      const path = [...at, index];
      const verb = event.endsWith('*') ? 'has no event type that matches' : 'has no event type';
      this.list.warn(
        path,
        `the catalogue of ${source} ${verb} ${this.list.quote(path, event)}.${suggestion(event, known)}`,
      );
    });
  }

  /** Returns the mappings of a subscription: its own, or one per entry of its route. */
  private mappedParts({ mapping, destination, route }: SubscriptionSpec, at: FieldPath): readonly MappingLocation[] {
    if (route === undefined) {
      const presetAt = (index: number): FieldPath => [...at, 'events', index];
      return destination === undefined ? [] : [this.mappedPart({ destination, mapping }, at, presetAt)];
    }
    return route.map((entry, index) => {
      const here = [...at, 'route', index];
      return this.mappedPart(entry, here, () => [...here, 'destination']);
    });
  }

  private mappedPart(
    { destination, mapping }: { readonly destination: string; readonly mapping?: JsonObject | undefined },
    at: FieldPath,
    presetAt: MappingLocation['presetAt'],
  ): MappingLocation {
    const type = this.destinationTypes.get(destination);
    return { type, at: [...at, 'mapping'], presetAt, ...(mapping === undefined ? {} : { mapping }) };
  }

  /** Checks that a subscription has either a destination or a route, and that their destinations exist. */
  private checkTarget({ destination, mapping, route }: SubscriptionSpec, at: FieldPath): void {
    if (route === undefined) {
      if (destination === undefined) this.list.add(at, 'needs a destination, or a route that chooses one: add either');
      else this.refersTo('destination', destination, this.destinationTypes.keys(), at);
      return;
    }
    if (destination !== undefined || mapping !== undefined) {
      const other = destination === undefined ? 'mapping' : 'destination';
      const remedy = destination === undefined ? 'write the mapping into the entries' : `remove ${other} or route`;
      this.list.add([...at, 'route'], `cannot be combined with ${other}: ${remedy}`);
    }
    route.forEach((entry, index) => {
      const here = [...at, 'route', index];
      this.refersTo('destination', entry.destination, this.destinationTypes.keys(), here);
      if (entry.when !== undefined || index === route.length - 1) return;
      this.list.add(
        here,
        'has no when, so the entries after it are never used: add when, or move this entry to the end',
      );
    });
  }

  /** Checks the filters of a route's entries. Returns their conditions, if they compile. */
  private checkRoute(
    subscription: SubscriptionSpec,
    types: readonly string[],
    at: FieldPath,
  ): readonly EventReads['conditions'][number][] {
    return (subscription.route ?? []).flatMap(({ when }, index) => {
      if (when === undefined) return [];
      const here = [...at, index, 'when'];
      const compiled = this.checks.compile({ kind: 'filter', source: when, roots: ROUTE_ROOTS });
      if (!compiled.ok) {
        this.list.add([...here, ...parseField(compiled.problem.path)], compiled.problem.reason);
        return [];
      }
      this.mappings.checkReads(compiled.reads, subscription.source, types, here);
      this.mappings.checkEnrichedReads(compiled.reads, subscription, here);
      return conditionsOf({ when }, here);
    });
  }

  private refersTo(key: 'source' | 'destination', name: string, known: Iterable<string>, at: FieldPath): void {
    const names = [...known];
    if (names.includes(name)) return;
    const path = [...at, key];
    const hint = suggestion(name, names) || ` Available: ${names.join(', ') || 'none'}.`;
    this.list.add(path, `this brand has no ${key} ${this.list.quote(path, name)}.${hint}`);
  }

  /** Rejects unknown types of operational events. In other sources, an event type may be missing in the catalogue. */
  private checkOperationalTypes({ source, events }: SubscriptionSpec, at: FieldPath): void {
    if (source !== OPERATIONAL_SOURCE) return;
    events.forEach((event, index) => {
      if (OPERATIONAL_TYPES.some((type) => matchesEventPattern(event, type, source))) return;
      const path = [...at, index];
      const hint = suggestion(event, OPERATIONAL_TYPES) || ` Available: ${OPERATIONAL_TYPES.join(', ')}.`;
      this.list.add(path, `there is no operational event ${this.list.quote(path, event)}.${hint}`);
    });
  }

  /**
   * Returns the known event types of a subscription: the types that it names, and the types of the catalogue that match
   * its patterns.
   */
  private eventTypes({ source, events }: SubscriptionSpec): readonly string[] {
    const catalogue = this.adapters.get(source)?.catalogue() ?? [];
    const known = catalogue
      .map(({ type }) => type)
      .filter((type) => events.some((e) => matchesEventPattern(e, type, source)));
    return [...new Set([...events.filter((event) => !event.endsWith('*')), ...known])];
  }

  /** Returns true if the subscription has a filter that compiles. */
  private checkFilter({ when, source }: SubscriptionSpec, types: readonly string[], at: FieldPath): boolean {
    if (when === undefined) return false;
    const compiled = this.checks.compile({ kind: 'filter', source: when });
    if (compiled.ok) this.mappings.checkReads(compiled.reads, source, types, at);
    else this.list.add([...at, ...parseField(compiled.problem.path)], compiled.problem.reason);
    return compiled.ok;
  }

  private checkEnrich({ enrich = [] }: SubscriptionSpec, at: FieldPath): void {
    const { capillary, http = {} } = this.definition.enrichment ?? {};
    const known = [...(capillary === undefined ? [] : CAPILLARY_ENRICHMENTS), ...Object.keys(http)];
    enrich.forEach((name, index) => {
      if (known.includes(name)) return;
      const path = [...at, index];
      const hint = suggestion(name, known) || ` Available: ${known.join(', ') || 'none'}.`;
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
        'has no effect with supersede, which sends the newest state in any case: use skip, or remove supersede',
      );
    }
    ordering.paths.forEach((path, index) =>
      this.mappings.checkReads([path], source, types, [...at, 'paths', index], 'comparison'),
    );
  }
}

function orderingReads({ ordering }: SubscriptionSpec, at: FieldPath): EventRead[] {
  return (ordering?.paths ?? []).map((path, index) => ({
    at: [...at, 'ordering', 'paths', index],
    path,
    isShown: false,
  }));
}

function conditionsOf({ when = {} }: Pick<SubscriptionSpec, 'when'>, at: FieldPath): EventReads['conditions'] {
  return filterConditions(when).map((condition) => ({ ...condition, at: [...at, ...condition.at] }));
}
