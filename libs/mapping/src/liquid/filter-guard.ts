import type { Context, FilterImplOptions } from 'liquidjs';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import type { FilterHandler } from './filter-handler.js';
import { checkSize } from './value-size.js';

/** Filters whose first argument is a search text. */
const SEARCHING = new Set([
  'split',
  'remove',
  'remove_first',
  'remove_last',
  'replace',
  'replace_first',
  'replace_last',
]);
/** Number of steps between two checks of the time limit in a filter. */
const STEPS = 256;

/**
 * Wraps a filter, so that it cannot block the process, because Liquid does not check its limits inside a filter. The
 * wrapper limits the size of inputs and outputs. In filters that run in steps, the wrapper also checks the time limit.
 */
export function guardFilter(name: string, options: FilterImplOptions): FilterHandler {
  const handler = typeof options === 'function' ? options : options.handler;
  const searches = SEARCHING.has(name);
  return function guarded(value: unknown, ...args: unknown[]): unknown {
    checkSize(value);
    if (Array.isArray(value) && value.length > MAPPING_LIMITS.filterItems) {
      throw new RenderProblem(`"${name}" accepts at most ${MAPPING_LIMITS.filterItems} items: shorten the list.`);
    }
    for (const arg of args) checkSize(arg);
    if (searches && typeof args[0] === 'string' && args[0].length > MAPPING_LIMITS.patternCharacters) {
      throw new RenderProblem(
        `"${name}" can search for at most ${MAPPING_LIMITS.patternCharacters} characters: shorten the search text.`,
      );
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
