import { DESTINATION_CATEGORIES, type DestinationCategory } from '@patchbay/plugin-sdk';
import { usageError } from '../cli-error.js';

/**
 * Returns the requested category, or the last word of the type. Throws a usage error if this text is not a category.
 */
export function inferCategory(type: string, asked: string | undefined): DestinationCategory {
  const word = asked ?? type.split('-').at(-1);
  const category = DESTINATION_CATEGORIES.find((one) => one === word);
  if (category !== undefined) return category;
  const all = DESTINATION_CATEGORIES.join(', ');
  throw asked === undefined
    ? usageError(`The last word of "${type}" is not a category.`, `Add --category with one of ${all}.`)
    : usageError(`"${asked}" is not a category.`, `Use one of ${all}.`);
}
