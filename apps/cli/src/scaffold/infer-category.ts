import { usageError } from '../cli-error.js';
import { SCAFFOLD_CATEGORIES, type ScaffoldCategory } from './category-parts.js';

/**
 * Returns the requested category, or the last word of the type. Throws a usage error if this text is not a category.
 */
export function inferCategory(type: string, asked: string | undefined): ScaffoldCategory {
  const word = asked ?? type.split('-').at(-1);
  const category = SCAFFOLD_CATEGORIES.find((one) => one === word);
  if (category !== undefined) return category;
  const all = SCAFFOLD_CATEGORIES.join(', ');
  throw asked === undefined
    ? usageError(`The last word of "${type}" is not a category.`, `Add --category with one of ${all}.`)
    : usageError(`"${asked}" is not a category.`, `Use one of ${all}.`);
}
