import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';

/**
 * Characters and items in a value, lists and objects gone through. Throws once it is more than
 * MAPPING_LIMITS.valueSize: a template can make a list that holds the same list many times over, and whatever turned that
 * into text would never end. No value a filter takes or gives is larger.
 */
export function checkSize(value: unknown): void {
  if (typeof value === 'string') {
    if (value.length > MAPPING_LIMITS.valueSize) throw tooLarge();
  } else if (typeof value === 'object' && value !== null) {
    walk(value, MAPPING_LIMITS.valueSize);
  }
}

function walk(value: object, budget: number): number {
  let left = budget;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const item of items) {
    left -= 1 + (typeof item === 'string' ? item.length : 0);
    if (left < 0) throw tooLarge();
    if (typeof item === 'object' && item !== null) left = walk(item, left);
  }
  return left;
}

function tooLarge(): RenderProblem {
  return new RenderProblem('a value in it grows too large; make fewer or shorter lists and texts.');
}
