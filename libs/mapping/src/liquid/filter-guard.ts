import type { Context, FilterImplOptions } from 'liquidjs';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import type { FilterHandler } from './filter-handler.js';
import { checkSize } from './value-size.js';

/** Filters whose first argument is searched for. */
const SEARCHING = new Set([
  'split',
  'remove',
  'remove_first',
  'remove_last',
  'replace',
  'replace_first',
  'replace_last',
]);
/** A filter that goes through a list looks at the clock after so many steps. */
const STEPS = 256;

/**
 * Liquid's limits are cooperative and are not looked at inside a filter. The guard bounds what goes in and comes out, and
 * looks at the clock in filters that work step by step, so that no single filter can hold the process.
 */
export function guardFilter(name: string, options: FilterImplOptions): FilterHandler {
  const handler = typeof options === 'function' ? options : options.handler;
  const searches = SEARCHING.has(name);
  return function guarded(value: unknown, ...args: unknown[]): unknown {
    checkSize(value);
    if (Array.isArray(value) && value.length > MAPPING_LIMITS.filterItems) {
      throw new RenderProblem(`"${name}" takes a list of at most ${MAPPING_LIMITS.filterItems} items.`);
    }
    for (const arg of args) checkSize(arg);
    if (searches && typeof args[0] === 'string' && args[0].length > MAPPING_LIMITS.patternCharacters) {
      throw new RenderProblem(`"${name}" looks for a text of at most ${MAPPING_LIMITS.patternCharacters} characters.`);
    }
    const result: unknown = handler.apply(this, [value, ...args]);
    if (isGenerator(result)) return watched(result, this.context);
    checkSize(result);
    return result;
  };
}

function* watched(steps: Generator<unknown, unknown, unknown>, context: Context): Generator<unknown, unknown, unknown> {
  let step = steps.next();
  for (let count = 1; !step.done; count++) {
    if (count % STEPS === 0) context.renderLimit.check(performance.now());
    step = steps.next(yield step.value);
  }
  checkSize(step.value);
  return step.value;
}

function isGenerator(value: unknown): value is Generator<unknown, unknown, unknown> {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
}
