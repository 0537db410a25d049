import type { JsonObject } from './json-types.js';
import type { FilterScope, MappingScope } from './scope.js';
import { rendering, type Rendering } from './tasks.js';
import { compileMapping, type CompiledMapping, type MappingOptions } from './template/compile-mapping.js';
import { compileFilter } from './when/compile-filter.js';
import { EventBudget, type CompiledFilter, type FailedClause, type FilterVerdict } from './when/evaluate-filter.js';
import type { HiddenPath } from './when/hidden-paths.js';

/** Filter and mapping of one version of a subscription, for one event. */
export interface TrialSide {
  /** Null if the version takes every event. */
  readonly when: JsonObject | null;
  /** Null if there is no mapping. */
  readonly template: JsonObject | null;
}

/** Event to try with two versions. A null side does not take events of this source or type. */
export interface TrialEvent {
  readonly before: TrialSide | null;
  readonly after: TrialSide | null;
  /** Values that conditions must not read. */
  readonly hidden: readonly HiddenPath[];
  readonly filterScope: FilterScope;
  readonly mappingScope: MappingScope;
}

/** Events to try. */
export interface TrialTask {
  readonly options: MappingOptions;
  readonly events: readonly TrialEvent[];
  /** Time after which the task stops before the next event, in milliseconds. The first event is always tried. */
  readonly limitMs: number;
}

/** Result of one version for one event. */
export interface TrialResult {
  readonly kind: FilterVerdict['kind'];
  readonly clause: FailedClause | null;
  /** Rendered message. Null if the filter does not match, or if there is no mapping. */
  readonly rendering: Rendering | null;
}

/** Results of both versions for one event. Null for a side that is null. */
export interface TriedEvent {
  readonly before: TrialResult | null;
  readonly after: TrialResult | null;
}

/**
 * Tries events with two versions of a subscription. Never throws on any content. The result has fewer events than the
 * task if the time limit ended the task.
 */
export function trialTask({ events, options, limitMs }: TrialTask): readonly TriedEvent[] {
  const end = performance.now() + limitMs;
  const compiler = new TrialCompiler(options);
  const results: TriedEvent[] = [];
  for (const event of events) {
    if (results.length > 0 && performance.now() > end) break;
    results.push(triedEvent(event, compiler));
  }
  return results;
}

function triedEvent(event: TrialEvent, compiler: TrialCompiler): TriedEvent {
  const [before, after] = [judged(event.before, event, compiler), judged(event.after, event, compiler)];
  const isSame = event.before?.template === event.after?.template;
  const renderedAfter = rendered(event.after, after, event, compiler);
  const same = isSame ? (renderedAfter?.rendering ?? null) : null;
  const renderedBefore =
    same !== null && before?.kind === 'matched'
      ? { ...before, rendering: same }
      : rendered(event.before, before, event, compiler);
  return { before: renderedBefore, after: renderedAfter };
}

function judged(
  side: TrialSide | null,
  { hidden, filterScope }: TrialEvent,
  compiler: TrialCompiler,
): TrialResult | null {
  if (side === null) return null;
  if (side.when === null) return { kind: 'matched', clause: null, rendering: null };
  const verdict = compiler.filter(side.when, hidden).evaluate(filterScope, new EventBudget());
  return { kind: verdict.kind, clause: 'clause' in verdict ? verdict.clause() : null, rendering: null };
}

function rendered(
  side: TrialSide | null,
  result: TrialResult | null,
  { mappingScope }: TrialEvent,
  compiler: TrialCompiler,
): TrialResult | null {
  const template = side?.template ?? null;
  if (result?.kind !== 'matched' || template === null) return result;
  return { ...result, rendering: rendering(() => compiler.mapping(template), mappingScope) };
}

/** Compiles each filter and mapping of a task once. */
class TrialCompiler {
  private readonly filters = new Map<string, CompiledFilter>();
  private readonly mappings = new Map<JsonObject, CompiledMapping>();

  constructor(private readonly options: MappingOptions) {}

  filter(when: JsonObject, hidden: readonly HiddenPath[]): CompiledFilter {
    const key = JSON.stringify([when, hidden]);
    const known = this.filters.get(key);
    if (known !== undefined) return known;
    const compiled = compileFilter(when, hidden);
    this.filters.set(key, compiled);
    return compiled;
  }

  mapping(template: JsonObject): CompiledMapping {
    const known = this.mappings.get(template);
    if (known !== undefined) return known;
    const compiled = compileMapping(template, this.options);
    this.mappings.set(template, compiled);
    return compiled;
  }
}
