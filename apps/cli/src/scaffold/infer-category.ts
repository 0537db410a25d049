import { DESTINATION_CATEGORIES, type DestinationCategory } from '@patchbay/plugin-sdk';
import { usageError } from '../cli-error.js';

/** The category that was asked for, or the last word of the type. Throws a usage error where it is neither. */
export function inferCategory(type: string, asked: string | undefined): DestinationCategory {
  const word = asked ?? type.split('-').at(-1);
  const category = DESTINATION_CATEGORIES.find((one) => one === word);
  if (category !== undefined) return category;
  const all = DESTINATION_CATEGORIES.join(', ');
  throw asked === undefined
    ? usageError(`The category of "${type}" cannot be told from its name.`, `Say --category: ${all}.`)
    : usageError(`"${asked}" is no category.`, `Choose one of ${all}.`);
}
