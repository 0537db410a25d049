import { FilterError } from '../filter-error.js';
import { didYouMean } from '../did-you-mean.js';
import { ownProperty } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import { FILTER_ROOTS, type FilterRoot, type FilterScope } from '../scope.js';
import type { FilterSteps } from './event-budget.js';

/** Names that would access a prototype instead of data. */
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
const INDEX = /^\d{1,6}$/;

/** Parsed path such as `data.lineItems.sku`. */
export interface FilterPath {
  readonly text: string;
  readonly root: FilterRoot;
  readonly segments: readonly string[];
}

/** Parses a path. Throws a FilterError with `at` if it is invalid. */
export function parseFilterPath(text: string, at: string): FilterPath {
  if (text.length > FILTER_LIMITS.pathCharacters) {
    throw new FilterError(at, `a path can have at most ${FILTER_LIMITS.pathCharacters} characters: shorten it.`);
  }
  const [root = '', ...segments] = text.split('.');
  if (!isFilterRoot(root)) {
    const hint = didYouMean(root, FILTER_ROOTS);
    throw new FilterError(
      at,
      `"${root}" is not known here: start the path with one of ${FILTER_ROOTS.join(', ')}.${hint}`,
    );
  }
  if (segments.length >= FILTER_LIMITS.segments) {
    throw new FilterError(
      at,
      `a path can have at most ${FILTER_LIMITS.segments} parts, but this path has ${segments.length + 1}: shorten it.`,
    );
  }
  for (const segment of segments) {
    if (segment === '') throw new FilterError(at, 'a part of the path is empty: write a path such as "data.tier".');
    if (FORBIDDEN.has(segment)) throw new FilterError(at, `"${segment}" is not allowed in a path: use another path.`);
  }
  return { text, root, segments };
}

/** Formats a path for `reads`, with `*` for list indexes. */
export function readOf(path: FilterPath): string {
  return [path.root, ...path.segments.map((segment) => (INDEX.test(segment) ? '*' : segment))].join('.');
}

/** Test of one value. Counts its steps. */
export type ValueTest = (value: unknown, steps: FilterSteps) => boolean;

/**
 * Calls `test` with each value at the path until one passes. As in MongoDB, a list on the path is replaced by its elements,
 * unless the next segment is an index. If there is no value, calls `test` once with `undefined`.
 */
export function someValueAt(path: FilterPath, scope: FilterScope, test: ValueTest, steps: FilterSteps): boolean {
  return someFrom(scope[path.root], path.segments, 0, test, steps);
}

/** Creates a test that a list passes if one of its elements passes. */
export function elementTest(test: (value: unknown) => boolean): ValueTest {
  return (value, steps) => {
    if (!Array.isArray(value)) return passes(value, test, steps);
    for (const element of value) if (passes(element, test, steps)) return true;
    return false;
  };
}

/** Returns true if the path has a value, including null and an empty list. */
export function existsAt(path: FilterPath, scope: FilterScope, steps: FilterSteps): boolean {
  return someFrom(scope[path.root], path.segments, 0, (value) => value !== undefined, steps);
}

/**
 * Returns the value at the path for an explanation, without expanding a list at its end. For a list on the path,
 * continues with the first element that has the next segment. Searches only the first elements of a long list, and
 * returns the list itself if none of them has the segment.
 */
export function firstValueAt(path: FilterPath, scope: FilterScope): unknown {
  let value: unknown = scope[path.root];
  for (const segment of path.segments) {
    if (Array.isArray(value) && !INDEX.test(segment)) {
      const first: unknown = value
        .slice(0, FILTER_LIMITS.explainedItems)
        .find((item) => ownProperty(item, segment) !== undefined);
      if (first === undefined && value.length > FILTER_LIMITS.explainedItems) return value;
      value = first;
    }
    value = ownProperty(value, segment);
  }
  return value;
}

function someFrom(
  from: unknown,
  segments: readonly string[],
  start: number,
  test: ValueTest,
  steps: FilterSteps,
): boolean {
  let value = from;
  for (let index = start; index < segments.length; index++) {
    const segment = segments[index] ?? '';
    steps.spend(1);
    if (Array.isArray(value) && !INDEX.test(segment)) return someOf(value, segments, index, test, steps);
    value = ownProperty(value, segment);
    if (value === undefined) return test(undefined, steps);
  }
  return test(value, steps);
}

function someOf(
  list: readonly unknown[],
  segments: readonly string[],
  index: number,
  test: ValueTest,
  steps: FilterSteps,
): boolean {
  const segment = segments[index] ?? '';
  let found = false;
  for (const item of list) {
    steps.spend(1);
    const value = ownProperty(item, segment);
    if (value === undefined) continue;
    found = true;
    if (someFrom(value, segments, index + 1, test, steps)) return true;
  }
  return found ? false : test(undefined, steps);
}

/** Counts the steps of a test and runs it. In the worst case, a test reads every character of a text. */
function passes(value: unknown, test: (value: unknown) => boolean, steps: FilterSteps): boolean {
  steps.spend(typeof value === 'string' ? 1 + Math.floor(value.length / FILTER_LIMITS.charactersPerStep) : 1);
  return test(value);
}

function isFilterRoot(name: string): name is FilterRoot {
  return (FILTER_ROOTS as readonly string[]).includes(name);
}
