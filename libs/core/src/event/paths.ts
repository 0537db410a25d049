import type { Json, JsonObject } from '@patchbay/plugin-sdk';

/** Maximum depth of a value. `keepOnly` and `removeMatching` remove deeper values as a whole. */
const MAX_DEPTH = 100;
/**
 * Maximum number of cached states per path set. Catalogues need far fewer states; the limit bounds pathological pattern
 * lists.
 */
const MAX_STATES = 20_000;

/** Compiled path patterns, see {@link compilePaths}. */
export interface PathSet {
  /** Returns true if any pattern matches the whole path. Array indexes are decimal strings. */
  matches(path: readonly string[]): boolean;
  /** State before the first segment of a path. */
  readonly start: PathState;
}

/** State after some segments of a path, for all patterns at once. */
export interface PathState {
  /** True if a pattern matches the path so far. */
  readonly accepts: boolean;
  /** Indexes of the patterns that match the path so far. */
  readonly patterns: readonly number[];
  /** True if the path so far, and every path below it, matches a pattern that ends in `**`. */
  readonly acceptsBelow: boolean;
  /** True if no pattern can match a longer path. */
  readonly dead: boolean;
  step(segment: string): PathState;
}

/** Value removed from an event's data, with its path. The path does not include the root. */
export interface RemovedValue {
  readonly path: readonly (string | number)[];
  readonly value: Json;
}

/** Data without the removed values, and the removed values. */
export interface SplitData {
  readonly kept: JsonObject;
  readonly removed: RemovedValue[];
}

interface PatternNode {
  readonly id: number;
  readonly literals: Map<string, PatternNode>;
  any: PatternNode | undefined;
  deep: PatternNode | undefined;
  readonly isDeep: boolean;
  /** Indexes of the patterns that end at this node. */
  readonly ends: number[];
}

/**
 * Deterministic automaton that matches all patterns at once, built lazily. Only names that occur in patterns have their
 * own transitions.
 */
class Automaton {
  private readonly states = new Map<string, State>();
  private nextId = 0;

  /** True if the automaton may cache more states. */
  get hasRoom(): boolean {
    return this.states.size < MAX_STATES;
  }

  newNode(isDeep: boolean): PatternNode {
    return { id: this.nextId++, literals: new Map(), any: undefined, deep: undefined, isDeep, ends: [] };
  }

  /**
   * Returns the state that stands for the given pattern nodes. Adds the nodes that are reachable because `**` matches
   * zero segments.
   */
  stateOf(nodes: readonly PatternNode[]): State {
    const closed = new Map<number, PatternNode>();
    const waiting = [...nodes];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (closed.has(node.id)) continue;
      closed.set(node.id, node);
      if (node.deep !== undefined) waiting.push(node.deep);
    }
    const key = [...closed.keys()].sort((a, b) => a - b).join(',');
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const state = new State(this, [...closed.values()]);
    if (this.hasRoom) this.states.set(key, state);
    return state;
  }
}

class State implements PathState {
  readonly accepts: boolean;
  readonly patterns: readonly number[];
  readonly acceptsBelow: boolean;
  readonly dead: boolean;
  private readonly names: ReadonlySet<string>;
  private readonly byName = new Map<string, State>();
  private otherwise: State | undefined;

  constructor(
    private readonly automaton: Automaton,
    private readonly nodes: readonly PatternNode[],
  ) {
    this.patterns = nodes.flatMap((node) => node.ends);
    this.accepts = this.patterns.length > 0;
    this.acceptsBelow = nodes.some((node) => node.ends.length > 0 && node.isDeep);
    this.dead = !nodes.some((node) => node.isDeep || node.any !== undefined || node.literals.size > 0);
    this.names = new Set(nodes.flatMap((node) => [...node.literals.keys()]));
  }

  step(segment: string): State {
    const named = this.names.has(segment);
    const known = named ? this.byName.get(segment) : this.otherwise;
    if (known !== undefined) return known;
    const next = this.automaton.stateOf(this.after(named ? segment : undefined));
    if (!this.automaton.hasRoom) return next;
    if (named) this.byName.set(segment, next);
    else this.otherwise = next;
    return next;
  }

  private after(segment: string | undefined): PatternNode[] {
    const next: PatternNode[] = [];
    for (const node of this.nodes) {
      if (node.isDeep) next.push(node);
      if (node.any !== undefined) next.push(node.any);
      const literal = segment === undefined ? undefined : node.literals.get(segment);
      if (literal !== undefined) next.push(literal);
    }
    return next;
  }
}

/**
 * Compiles path patterns for the ingest path. Walking a value then costs one look-up per key, regardless of the number
 * of patterns. A pattern is a dotted path (`data.coupons.*.code`). `*` matches one key or index, `**` matches zero or
 * more segments. Only `*` and `**` match a key that contains a dot.
 * @throws RangeError that names a pattern which is empty, has an empty segment, or has more than 64 segments
 */
export function compilePaths(patterns: readonly string[]): PathSet {
  const automaton = new Automaton();
  const root = automaton.newNode(false);
  patterns.forEach((pattern, index) => addPattern(automaton, root, pattern, index));
  const start = automaton.stateOf([root]);
  return {
    start,
    matches: (path) => {
      let state: PathState = start;
      for (const segment of path) state = state.step(segment);
      return state.accepts;
    },
  };
}

function addPattern(automaton: Automaton, root: PatternNode, pattern: string, index: number): void {
  const segments = pattern.split('.');
  if (segments.includes('') || segments.length > 64) {
    throw new RangeError(
      `"${pattern.slice(0, 200)}" is not a valid path: write 1 to 64 names, * or **, separated by dots`,
    );
  }
  let node = root;
  for (const segment of segments) {
    if (segment === '**') {
      if (!node.isDeep) node = node.deep ??= automaton.newNode(true);
    } else if (segment === '*') {
      node = node.any ??= automaton.newNode(false);
    } else {
      const known = node.literals.get(segment);
      const next = known ?? automaton.newNode(false);
      if (known === undefined) node.literals.set(segment, next);
      node = next;
    }
  }
  node.ends.push(index);
}

/** Returns true if a set matches a path, or an object on the way to the value at this path. */
export function isBelow(set: PathSet, path: string): boolean {
  let state = set.start;
  return path.split('.').some((segment) => {
    state = state.step(segment);
    return state.accepts;
  });
}

/**
 * Keeps only the values that a set matches, as an allow-list. A pattern keeps a string, number, boolean or null. A
 * pattern keeps an object or array only if the pattern ends in `**`. An unexpected object in a number field is
 * therefore removed. An object without kept values is removed as a whole. Arrays keep their length, with null in place
 * of removed values.
 * @param root name by which the patterns refer to the given object, such as `data`
 * @param judge decides on each value; left out to decide by the path alone
 */
export function keepOnly(data: JsonObject, set: PathSet, root: string, judge: Judge = byPath): SplitData {
  const walk: Walk = { judge, path: [], removed: [] };
  return { kept: splitObject(data, set.start.step(root), walk), removed: walk.removed };
}

function byPath(at: PathState, value: Json): Verdict {
  if (at.acceptsBelow) return 'keep';
  if (isContainer(value)) return at.dead ? 'remove' : 'enter';
  return at.accepts ? 'keep' : 'remove';
}

/** Object or array that {@link removeMatching} copies entry by entry. */
interface OpenCopy {
  /** Keys of the original object, or the indexes of the original list as text. */
  readonly keys: readonly string[];
  readonly values: readonly (Json | undefined)[];
  /** Index in `keys` of the next entry to copy. */
  next: number;
  readonly state: PathState;
  readonly kept: JsonObject | Json[];
}

/**
 * Removes the values that a set matches, with everything below these values, and keeps the rest. Arrays keep their
 * length, with null in place of removed values.
 * @param root name by which the patterns refer to the given object, such as `data`
 */
export function removeMatching(data: JsonObject, set: PathSet, root: string): SplitData {
  const start = set.start.step(root);
  const removed: RemovedValue[] = [];
  if (start.dead) return { kept: data, removed };
  const whole: JsonObject = {};
  const path: (string | number)[] = [];
  // Stack of the containers that lead to the current value: the outermost object first, the innermost object or array
  // last.
  const open: OpenCopy[] = [openCopy(data, start, whole)];
  for (let copy = open.at(-1); copy !== undefined; copy = open.at(-1)) {
    const index = copy.next;
    const key = copy.keys[index];
    const value = copy.values[index];
    copy.next += 1;
    if (key === undefined) {
      open.pop();
      path.pop();
      continue;
    }
    if (value === undefined) continue;
    const state = copy.state.step(key);
    const name = Array.isArray(copy.kept) ? index : key;
    const isEntered = typeof value === 'object' && value !== null && !state.dead;
    let kept: Json | undefined = value;
    if (state.accepts || (isEntered && open.length === MAX_DEPTH)) {
      removed.push({ path: [...path, name], value });
      kept = undefined;
    } else if (isEntered) {
      kept = Array.isArray(value) ? [] : {};
      open.push(openCopy(value, state, kept));
      path.push(name);
    }
    if (Array.isArray(copy.kept)) copy.kept.push(kept ?? null);
    else if (kept !== undefined && key === '__proto__') setOwn(copy.kept, key, kept);
    else if (kept !== undefined) copy.kept[key] = kept;
  }
  return { kept: whole, removed };
}

function openCopy(original: JsonObject | Json[], state: PathState, kept: JsonObject | Json[]): OpenCopy {
  return { keys: Object.keys(original), values: Object.values(original), next: 0, state, kept };
}

/** Decision about a value. `enter` decides separately on each child of an object or array. */
export type Verdict = 'keep' | 'remove' | 'enter' | { readonly replaceBy: Json };

/** Function that decides on the value at a path. @param key key or index of the value in its parent */
export type Judge = (at: PathState, value: Json, key: string | number) => Verdict;

/** Walk of {@link keepOnly} over the data of one event. */
interface Walk {
  readonly judge: Judge;
  /** Path of the value that the walk has reached. */
  readonly path: (string | number)[];
  readonly removed: RemovedValue[];
}

/** Returns an object without the parts that the walk removes. */
function splitObject(object: JsonObject, state: PathState, walk: Walk): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(object)) {
    const child = object[key];
    if (child === undefined) continue;
    walk.path.push(key);
    const value = splitValue(child, state.step(key), walk, key);
    walk.path.pop();
    if (value === undefined) continue;
    if (key === '__proto__') setOwn(kept, key, value);
    else kept[key] = value;
  }
  return kept;
}

/** Returns a value without the parts that the walk removes; undefined if the whole value was removed. */
function splitValue(value: Json, state: PathState, walk: Walk, key: string | number): Json | undefined {
  const verdict = walk.judge(state, value, key);
  if (verdict === 'keep') return value;
  if (typeof verdict === 'object') {
    walk.removed.push({ path: [...walk.path], value });
    return verdict.replaceBy;
  }
  if (verdict === 'enter' && walk.path.length < MAX_DEPTH && typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return splitArray(value, state, walk);
    const before = walk.removed.length;
    const kept = splitObject(value, state, walk);
    if (walk.removed.length === before || Object.keys(kept).length > 0) return kept;
    walk.removed.length = before;
  }
  walk.removed.push({ path: [...walk.path], value });
  return undefined;
}

function splitArray(array: readonly Json[], state: PathState, walk: Walk): Json[] {
  const kept: Json[] = [];
  for (const [index, child] of array.entries()) {
    walk.path.push(index);
    kept.push(splitValue(child, state.step(String(index)), walk, index) ?? null);
    walk.path.pop();
  }
  return kept;
}

/** Sets a key of the object itself. A plain assignment to `__proto__` would change the object's prototype instead. */
export function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** Returns true if a value is an object or an array. */
export function isContainer(value: Json): value is JsonObject | Json[] {
  return typeof value === 'object' && value !== null;
}

/** Returns the value at a path of an event's data. @param path dotted path that begins with `data.` */
export function valueAt(data: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = data;
  for (const name of path.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
