import { usageError } from '../cli-error.js';
import { SCAFFOLD_CATEGORIES } from './category-parts.js';

const CATEGORY = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Returns the requested category, or else the last word of the type, such as `crm` of `acme-crm`. Throws a usage error if
 * the request is not a word in lower case, or if the type has a single word.
 */
export function inferCategory(type: string, asked: string | undefined): string {
  const [, ...words] = type.split('-');
  const category = asked ?? words.at(-1);
  if (category !== undefined && CATEGORY.test(category)) return category;
  const known = `one of ${SCAFFOLD_CATEGORIES.join(', ')}, or another word in lower case`;
  throw asked === undefined
    ? usageError(
        `The category of "${type}" is missing.`,
        `End the name with a category, or add --category with ${known}.`,
      )
    : usageError(`"${asked}" is not a category.`, `Use ${known}.`);
}
