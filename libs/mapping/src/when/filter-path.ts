import { FilterError } from '../filter-error.js';
import { didYouMean } from '../did-you-mean.js';
import { ownProperty } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import type { FilterRoot, FilterScope } from '../scope.js';

/** Names that are forbidden in paths, because they would access a prototype instead of data. */
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
/** Matches a path segment that is an index of a list. */
export const INDEX = /^\d{1,6}$/;

/** Parsed path such as `data.lineItems.sku`. */
export interface FilterPath {
  readonly text: string;
  readonly root: FilterRoot;
  readonly segments: readonly string[];
}

/** Parses a path. Throws a FilterError with `at` if it is invalid. @param roots roots with which the path may start */
export function parseFilterPath(text: string, at: string, roots: readonly FilterRoot[]): FilterPath {
  if (text.length > FILTER_LIMITS.pathCharacters) {
    throw new FilterError(at, `a path can have at most ${FILTER_LIMITS.pathCharacters} characters: shorten it.`);
  }
  const [name = '', ...segments] = text.split('.');
  const root = roots.find((known) => known === name);
  if (root === undefined) {
    const hint = didYouMean(name, roots);
    throw new FilterError(at, `"${name}" is not known here: start the path with one of ${roots.join(', ')}.${hint}`);
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

/**
 * Returns the value at the path for an explanation. If the path ends at a list, returns the list. If a list is on the
 * path, continues with the first element that has the next segment. Searches only the first elements of a long list,
 * and returns the list itself if none of these elements has the segment.
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
