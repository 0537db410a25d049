import type { FilterHandler } from '../liquid/filter-handler.js';
import { RenderProblem } from '../render-problem.js';

/** Maximum length of an expression in a problem, in characters. */
const MAX_EXPRESSION = 100;

/**
 * Returns the value. Throws a RenderProblem with the path if the value is missing, null, blank text or an empty list. No
 * message with a gap is sent.
 */
export const required: FilterHandler = function required(value: unknown): unknown {
  const isEmpty =
    value === undefined ||
    value === null ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0);
  if (!isEmpty) return value;
  throw new RenderProblem(`${expressionBefore(this.token)} is required, but it is missing or empty.`);
};

/** Returns the text of the value to which a filter is applied, such as `data.points`. */
function expressionBefore({ input, begin }: { readonly input: string; readonly begin: number }): string {
  const before = input.slice(0, begin);
  const start = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'), before.lastIndexOf('\n') - 1);
  const [expression = ''] = before.slice(start + 2).split('|');
  const name = expression.trim().split(/\s+/).at(-1) ?? '';
  return name === '' ? 'a value' : name.slice(0, MAX_EXPRESSION);
}
