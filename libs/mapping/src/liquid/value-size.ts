import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';

/**
 * Counts the characters and items in a value, including nested lists and objects. Throws if there are more than
 * MAPPING_LIMITS.valueSize. Without this limit, a template could create a list that contains itself many times, and its
 * conversion to text would not end.
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
  return new RenderProblem('a value grows too large: use fewer or shorter lists and texts.');
}
