import { usageError } from '../cli-error.js';
import { SCAFFOLD_CATEGORIES } from './category-parts.js';

const CATEGORY = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Returns the requested category, which may be any word in lower case, or else the last word of the type. Throws a usage
 * error if the request is not such a word, or if the last word is not a known category.
 */
export function inferCategory(type: string, asked: string | undefined): string {
  if (asked !== undefined && CATEGORY.test(asked)) return asked;
  const last = type.split('-').at(-1);
  const category = SCAFFOLD_CATEGORIES.find((one) => one === last);
  if (asked === undefined && category !== undefined) return category;
  const known = `one of ${SCAFFOLD_CATEGORIES.join(', ')}, or another word in lower case`;
  throw asked === undefined
    ? usageError(`The last word of "${type}" is not a known category.`, `Add --category with ${known}.`)
    : usageError(`"${asked}" is not a category.`, `Use ${known}.`);
}
