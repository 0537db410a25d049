import { FilterError } from '../filter-error.js';
import { didYouMean } from '../did-you-mean.js';
import { ownProperty } from '../json.js';
import { FILTER_LIMITS } from '../limits.js';
import { FILTER_ROOTS, type FilterRoot, type FilterScope } from '../scope.js';

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

/**
 * Calls `test` with each value at the path until one passes. As in MongoDB a list on the way stands for its elements
 * (unless the next segment is an index), and a list at the end for its elements. Where there is nothing, `test` gets
 * `undefined` once; for an empty list at the end it gets nothing.
 */
export function someValueAt(path: FilterPath, scope: FilterScope, test: ElementTest): boolean {
  return someFrom(scope[path.root], path.segments, 0, test);
}

/** A test of a value, or of a list's elements: see {@link elementTest}. */
export type ElementTest = (value: unknown) => boolean;

/** Made once for each filter, and not for each event that it looks at. */
export function elementTest(test: (value: unknown) => boolean): ElementTest {
  return (value) => (Array.isArray(value) ? value.some(test) : test(value));
}

/** Whether anything is at the path; null and an empty list are something. */
export function existsAt(path: FilterPath, scope: FilterScope): boolean {
  return someFrom(scope[path.root], path.segments, 0, (value) => value !== undefined);
}

/** The value at the path itself, not its elements, for an explanation; through a list, the first element's. */
export function firstValueAt(path: FilterPath, scope: FilterScope): unknown {
  let value: unknown = scope[path.root];
  for (const segment of path.segments) {
    if (Array.isArray(value) && !INDEX.test(segment))
      value = value.find((item) => ownProperty(item, segment) !== undefined);
    value = ownProperty(value, segment);
  }
  return value;
}

function someFrom(
  from: unknown,
  segments: readonly string[],
  start: number,
  test: (value: unknown) => boolean,
): boolean {
  let value = from;
  for (let index = start; index < segments.length; index++) {
    const segment = segments[index] ?? '';
    if (Array.isArray(value) && !INDEX.test(segment)) {
      const found = value.filter((item) => ownProperty(item, segment) !== undefined);
      if (found.length === 0) return test(undefined);
      return found.some((item) => someFrom(ownProperty(item, segment), segments, index + 1, test));
    }
    value = ownProperty(value, segment);
    if (value === undefined) return test(undefined);
  }
  return test(value);
}

function isFilterRoot(name: string): name is FilterRoot {
  return (FILTER_ROOTS as readonly string[]).includes(name);
}
