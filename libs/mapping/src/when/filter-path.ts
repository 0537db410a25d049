import { FilterError } from '../filter-error.js';
import { didYouMean } from '../did-you-mean.js';
import { ownProperty } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import { FILTER_ROOTS, type FilterRoot, type FilterScope } from '../scope.js';
import type { FilterSteps } from './event-budget.js';

/** Names that reach a prototype instead of data. */
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
const INDEX = /^\d{1,6}$/;

/** A path such as `data.lineItems.sku`, ready to be read. */
export interface FilterPath {
  readonly text: string;
  readonly root: FilterRoot;
  readonly segments: readonly string[];
}

/** Checks and splits a path; throws FilterError naming `at`. */
export function parseFilterPath(text: string, at: string): FilterPath {
  if (text.length > FILTER_LIMITS.pathCharacters) {
    throw new FilterError(at, `a path has at most ${FILTER_LIMITS.pathCharacters} characters.`);
  }
  const [root = '', ...segments] = text.split('.');
  if (!isFilterRoot(root)) {
    const hint = didYouMean(root, FILTER_ROOTS);
    throw new FilterError(at, `a path starts with ${FILTER_ROOTS.join(', ')}; "${root}" is none of them.${hint}`);
  }
  if (segments.length >= FILTER_LIMITS.segments) {
    throw new FilterError(
      at,
      `a path has at most ${FILTER_LIMITS.segments} parts, this one has ${segments.length + 1}.`,
    );
  }
  for (const segment of segments) {
    if (segment === '') throw new FilterError(at, 'a part of the path is empty; write it as "data.tier".');
    if (FORBIDDEN.has(segment)) throw new FilterError(at, `"${segment}" is not allowed in a path.`);
  }
  return { text, root, segments };
}

/** The path as `reads` lists it: list indexes as `*`. */
export function readOf(path: FilterPath): string {
  return [path.root, ...path.segments.map((segment) => (INDEX.test(segment) ? '*' : segment))].join('.');
}

/** A test of one value, which spends the steps that it takes. */
export type ValueTest = (value: unknown, steps: FilterSteps) => boolean;

/**
 * Calls `test` with each value at the path until one passes. As in MongoDB a list on the way stands for its elements
 * (unless the next segment is an index). If there is nothing, `test` gets `undefined` once.
 */
export function someValueAt(path: FilterPath, scope: FilterScope, test: ValueTest, steps: FilterSteps): boolean {
  return someFrom(scope[path.root], path.segments, 0, test, steps);
}

/** A test that a list passes if one of its elements does. */
export function elementTest(test: (value: unknown) => boolean): ValueTest {
  return (value, steps) => {
    if (!Array.isArray(value)) return passes(value, test, steps);
    for (const element of value) if (passes(element, test, steps)) return true;
    return false;
  };
}

/** Tests if anything is at the path; null and an empty list are something. */
export function existsAt(path: FilterPath, scope: FilterScope, steps: FilterSteps): boolean {
  return someFrom(scope[path.root], path.segments, 0, (value) => value !== undefined, steps);
}

/**
 * The value at the path itself, not its elements, for an explanation; through a list, the first element that has it. If
 * none of the first elements of a long list has it, the list itself.
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

/** Any test looks at every character of a text in the worst case: comparing, searching and hashing do. */
function passes(value: unknown, test: (value: unknown) => boolean, steps: FilterSteps): boolean {
  steps.spend(typeof value === 'string' ? 1 + Math.floor(value.length / FILTER_LIMITS.charactersPerStep) : 1);
  return test(value);
}

function isFilterRoot(name: string): name is FilterRoot {
  return (FILTER_ROOTS as readonly string[]).includes(name);
}
