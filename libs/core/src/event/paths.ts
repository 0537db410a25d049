import type { Json, JsonObject } from '@patchbay/plugin-sdk';

/** Values nested deeper than this are never looked into: both functions below take them out whole. */
const MAX_DEPTH = 100;
/** States kept ready per set; far more than catalogues need, a bound for pathological pattern lists. */
const MAX_STATES = 20_000;

/** Patterns compiled for matching; see {@link compilePaths}. */
export interface PathSet {
  /** Whether a whole path (not a prefix of one) fits any pattern. Array indices are written as decimal strings. */
  matches(path: readonly string[]): boolean;
  /** Where walking a value begins: before the first segment. */
  readonly start: PathState;
}

/** How far a path has come in every pattern at once. */
export interface PathState {
  /** The path so far fits a pattern. */
  readonly accepts: boolean;
  /** Indexes of the patterns that the path so far fits. */
  readonly patterns: readonly number[];
  /** The path so far and everything below it fit: a pattern ended in `**`. */
  readonly acceptsBelow: boolean;
  /** No longer path can fit any more. */
  readonly dead: boolean;
  step(segment: string): PathState;
}

/** What was taken out of an event's data, and where it stood. The path does not include the root. */
export interface RemovedValue {
  readonly path: readonly (string | number)[];
  readonly value: Json;
}

/** Data without what was taken out, and what was. */
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
  /** Indexes of the patterns that end here. */
  readonly ends: number[];
}

/** A deterministic automaton, built as paths are walked; only names that occur in patterns get a transition of their own. */
class Automaton {
  private readonly states = new Map<string, State>();
  private nextId = 0;

  /** Whether new states may still be remembered. */
  get hasRoom(): boolean {
    return this.states.size < MAX_STATES;
  }

  newNode(isDeep: boolean): PatternNode {
    return { id: this.nextId++, literals: new Map(), any: undefined, deep: undefined, isDeep, ends: [] };
  }

  /** The state for these nodes, with those added that `**` reaches by standing for no segment. */
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
 * Compiles path patterns, once, for the ingest path: a walk costs one look-up a key, however many patterns there are.
 * A pattern is dotted (`data.coupons.*.code`); `*` stands for any one key or index, `**` for any number of segments,
 * also none. A key that contains a dot can only be met by `*` or `**`.
 * @throws RangeError naming a pattern that is empty, has an empty segment, or more than 64 segments
 */
export function compilePaths(patterns: readonly string[]): PathSet {
  const automaton = new Automaton();
  const root = automaton.newNode(false);
  patterns.forEach((pattern, index) => addPattern(automaton, root, pattern, index));
  const start = automaton.stateOf([root]);
  return { start, matches: (path) => walk(start, path).accepts };
}

function addPattern(automaton: Automaton, root: PatternNode, pattern: string, index: number): void {
  const segments = pattern.split('.');
  if (segments.includes('') || segments.length > 64) {
    throw new RangeError(`"${pattern.slice(0, 200)}" is no path: write 1 to 64 names, * or ** with a dot between them`);
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

function walk(start: PathState, path: readonly string[]): PathState {
  let state = start;
  for (const segment of path) state = state.step(segment);
  return state;
}

/**
 * Keeps only what the set names, for an allow-list. A pattern keeps a string, number, boolean or null; of an object or
 * array it keeps everything only when it ends in `**`, so that a surprise in a field known as a number is not let through.
 * An object of which nothing is kept goes whole; arrays on the way keep their length, with null for what was taken out.
 * @param root what the patterns call `data`, e.g. `data`
 * @param judge decides on each value; left out: by its path alone
 */
export function keepOnly(data: JsonObject, set: PathSet, root: string, judge: Judge = byPath): SplitData {
  return new Splitter(judge, true).split(data, walk(set.start, root.split('.')));
}

function byPath(at: PathState, value: Json): Verdict {
  if (at.acceptsBelow) return 'keep';
  if (isContainer(value)) return at.dead ? 'remove' : 'enter';
  return at.accepts ? 'keep' : 'remove';
}

/**
 * Takes out what the set names, each with everything below it, and keeps the rest; arrays keep their length, with null for
 * what was taken out.
 * @param root what the patterns call `data`, e.g. `data`
 */
export function removeMatching(data: JsonObject, set: PathSet, root: string): SplitData {
  const state = walk(set.start, root.split('.'));
  return new Splitter((at, value) => {
    if (at.accepts) return 'remove';
    return at.dead || !isContainer(value) ? 'keep' : 'enter';
  }, false).split(data, state);
}

/** What becomes of a value; `enter` is for objects and arrays. */
export type Verdict = 'keep' | 'remove' | 'enter' | { readonly replaceBy: Json };

/** Decides on the value at a path. @param key its own key or index */
export type Judge = (at: PathState, value: Json, key: string | number) => Verdict;

/** One walk over one event's data. */
class Splitter {
  private readonly removed: RemovedValue[] = [];
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly judge: Judge,
    private readonly removeEmptied: boolean,
  ) {}

  split(data: JsonObject, state: PathState): SplitData {
    return { kept: this.object(data, state), removed: this.removed };
  }

  /** The value without what was taken out; undefined where all of it was. */
  private value(value: Json, state: PathState, key: string | number): Json | undefined {
    const verdict = this.judge(state, value, key);
    if (verdict === 'keep') return value;
    if (typeof verdict === 'object') {
      this.remove(value);
      return verdict.replaceBy;
    }
    if (verdict === 'remove' || this.path.length >= MAX_DEPTH || !isContainer(value)) {
      this.remove(value);
      return undefined;
    }
    if (Array.isArray(value)) return this.array(value, state);
    const before = this.removed.length;
    const kept = this.object(value, state);
    if (!this.removeEmptied || this.removed.length === before || Object.keys(kept).length > 0) return kept;
    this.removed.length = before;
    this.remove(value);
    return undefined;
  }

  private object(object: JsonObject, state: PathState): JsonObject {
    const kept: JsonObject = {};
    for (const key of Object.keys(object)) {
      const child = object[key];
      if (child === undefined) continue;
      this.path.push(key);
      const value = this.value(child, state.step(key), key);
      this.path.pop();
      if (value !== undefined) setOwn(kept, key, value);
    }
    return kept;
  }

  private array(array: readonly Json[], state: PathState): Json[] {
    return array.map((child, index) => {
      this.path.push(index);
      const value = this.value(child, state.step(String(index)), index);
      this.path.pop();
      return value === undefined ? null : value;
    });
  }

  private remove(value: Json): void {
    this.removed.push({ path: [...this.path], value });
  }
}

/** The exact inverse of {@link keepOnly} and {@link removeMatching} (but for the order of keys). Neither argument is changed; what they hold may be shared. */
export function putBack(kept: JsonObject, removed: readonly RemovedValue[]): JsonObject {
  const whole = { ...kept };
  const copies = new Set<Json>([whole]);
  for (const { path, value } of removed) {
    let parent: JsonObject | Json[] = whole;
    path.forEach((segment, index) => {
      if (index === path.length - 1) setAt(parent, segment, value);
      else parent = copiedChild(parent, segment, path[index + 1], copies);
    });
  }
  return whole;
}

/** What stands there, copied where it was not yet: only what is changed is copied, the rest is shared. */
function copiedChild(
  parent: JsonObject | Json[],
  segment: string | number,
  next: string | number | undefined,
  copies: Set<Json>,
): JsonObject | Json[] {
  const known = ownAt(parent, segment);
  if (known !== undefined && isContainer(known)) {
    if (copies.has(known)) return known;
    const copy = Array.isArray(known) ? [...known] : { ...known };
    copies.add(copy);
    setAt(parent, segment, copy);
    return copy;
  }
  const made: JsonObject | Json[] = typeof next === 'number' ? [] : {};
  copies.add(made);
  setAt(parent, segment, made);
  return made;
}

function ownAt(parent: JsonObject | Json[], segment: string | number): Json | undefined {
  if (Array.isArray(parent)) return typeof segment === 'number' ? parent[segment] : undefined;
  const key = String(segment);
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function setAt(parent: JsonObject | Json[], segment: string | number, value: Json): void {
  if (!Array.isArray(parent)) setOwn(parent, String(segment), value);
  else if (typeof segment === 'number') parent[segment] = value;
}

/** A plain assignment to `__proto__` would change the object's prototype instead of setting a key. */
function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

/** True for an object or an array. */
export function isContainer(value: Json): value is JsonObject | Json[] {
  return typeof value === 'object' && value !== null;
}
