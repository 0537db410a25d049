import {
  compileFilter,
  EventBudget,
  ROUTE_ROOTS,
  type CompiledFilter,
  type FailedClause,
  type FilterVerdict,
  type HiddenPath,
} from '@patchbay/mapping';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { RouteEntryRecord } from '../configuration/configuration-snapshot.js';

/** Reason of a delivery that ended because no entry of its subscription's route matches. */
export const NO_ROUTE = 'no route';

/** Data that the clauses of a route read. */
export interface RouteScope {
  readonly event: JsonObject;
  readonly data: JsonObject;
  readonly brand: JsonObject;
  /** Left out, together with `recipient`, if nothing was fetched yet. */
  readonly enriched?: JsonObject;
  readonly recipient?: JsonObject;
}

/** Result of evaluating a route. Entries are numbered from 1. */
export type RouteVerdict =
  | { readonly kind: 'chosen'; readonly entry: number }
  | { readonly kind: 'noMatch' }
  /**
   * `undetermined`: the choice depends on facts that were not fetched, and `entry` is the first entry that needs them.
   * `budgetExceeded`: the clauses of the entry need more steps than the work budget has.
   */
  | { readonly kind: 'undetermined' | 'budgetExceeded'; readonly entry: number };

/** Paths that the hub fetches for an event. Without the facts, a condition on them is undetermined. */
const FETCHED_FACTS: readonly HiddenPath[] = [['enriched'], ['recipient']];

/** Entry of a route with its compiled clauses. */
interface CompiledEntry {
  /** Null if the entry matches every event. */
  readonly filter: CompiledFilter | null;
  /** Like `filter`, but undetermined if it needs fetched facts. */
  readonly withoutFacts: CompiledFilter | null;
}

const MATCHED: FilterVerdict = { kind: 'matched' };
const compiled = new WeakMap<readonly RouteEntryRecord[], readonly CompiledEntry[]>();

/**
 * Evaluates the entries of a route in their order; the first entry that matches is chosen. Pure. A missing fact is a
 * missing value, as in other filters.
 */
export function evaluateRoute(route: readonly RouteEntryRecord[], scope: RouteScope): RouteVerdict {
  const hasFacts = scope.enriched !== undefined && scope.recipient !== undefined;
  const budget = new EventBudget();
  for (const [index, { filter, withoutFacts }] of entriesOf(route).entries()) {
    const entry = index + 1;
    const verdict = (hasFacts ? filter : withoutFacts)?.evaluate(scope, budget);
    switch (verdict?.kind) {
      case undefined:
      case 'matched':
        return { kind: 'chosen', entry };
      case 'undetermined':
      case 'budgetExceeded':
        return { kind: verdict.kind, entry };
      case 'notMatched':
    }
  }
  return { kind: 'noMatch' };
}

/**
 * Result of an entry in a dry run, which fetches no facts. `undetermined`: the entry reads a fact or a hidden value.
 * `notEvaluated`: an entry before it matches for certain.
 */
export interface EntryPreview {
  readonly kind: 'matched' | 'notMatched' | 'undetermined' | 'notEvaluated';
  /** Clause that decided the result, or that is undetermined. Null if there is none. */
  readonly clause: FailedClause | null;
}

/**
 * Evaluates the entries of a route for a dry run. Pure.
 * @param hidden values of the event that clauses must not read
 */
export function previewRoute(
  route: readonly RouteEntryRecord[],
  scope: RouteScope,
  hidden: readonly HiddenPath[] = [],
): readonly EntryPreview[] {
  const budget = new EventBudget();
  let isDecided = false;
  return entriesOf(route).map(({ withoutFacts }, index) => {
    if (isDecided) return { kind: 'notEvaluated', clause: null };
    const when = route[index]?.when;
    const filter =
      when === undefined || hidden.length === 0
        ? withoutFacts
        : compileFilter(when, [...FETCHED_FACTS, ...hidden], ROUTE_ROOTS);
    const verdict = filter?.evaluate(scope, budget) ?? MATCHED;
    isDecided = verdict.kind === 'matched';
    const clause = 'clause' in verdict ? verdict.clause() : null;
    return { kind: verdict.kind === 'budgetExceeded' ? 'undetermined' : verdict.kind, clause };
  });
}

/** Returns the numbers of the entries that a dry run leaves possible, from 1. Empty if no entry can match. */
export function candidatesOf(previews: readonly EntryPreview[]): readonly number[] {
  return previews.flatMap(({ kind }, index) => (kind === 'matched' || kind === 'undetermined' ? [index + 1] : []));
}

/** Returns the paths that the clauses of an entry read, sorted. Empty if the entry matches every event. */
export function routePaths({ when }: Pick<RouteEntryRecord, 'when'>): readonly string[] {
  return when === undefined ? [] : compileFilter(when, [], ROUTE_ROOTS).reads;
}

/** Facts that the clauses of a route read. */
export interface RouteFacts {
  /** Names of the enrichments to fetch. */
  readonly names: readonly string[];
  /** Paths below `recipient`. */
  readonly reads: readonly string[];
}

/**
 * Returns the facts to fetch before a route is evaluated. An enrichment may supply fields of the recipient, so all are
 * fetched if a clause reads the recipient.
 * @param enrich names in the subscription's `enrich`
 */
export function factsOf(route: readonly RouteEntryRecord[], enrich: readonly string[]): RouteFacts {
  const paths = entriesOf(route).flatMap(({ filter }) => filter?.reads ?? []);
  const reads = paths.filter((path) => /^recipient(\.|$)/.test(path));
  const isRead = (name: string): boolean =>
    paths.some((path) => path === 'enriched' || path.split('.', 2).join('.') === `enriched.${name}`);
  return { names: reads.length > 0 ? enrich : enrich.filter(isRead), reads };
}

function entriesOf(route: readonly RouteEntryRecord[]): readonly CompiledEntry[] {
  const known = compiled.get(route);
  if (known !== undefined) return known;
  const entries = route.map(({ when }) => ({
    filter: when === undefined ? null : compileFilter(when, [], ROUTE_ROOTS),
    withoutFacts: when === undefined ? null : compileFilter(when, FETCHED_FACTS, ROUTE_ROOTS),
  }));
  compiled.set(route, entries);
  return entries;
}
