import { didYouMean } from '../did-you-mean.js';
import { NAMED_ARGUMENTS } from '../filters/named-arguments.js';
import { MappingError } from '../mapping-error.js';

/**
 * Rejects unknown argument names and a `plural` without `other`, which otherwise fail only when a message is rendered.
 * @throws MappingError with `path`.
 */
export function checkFilterArguments(filter: string, names: readonly string[], path: string): void {
  const known = NAMED_ARGUMENTS[filter];
  if (known === undefined) return;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new MappingError(
      path,
      `"${filter}" has no argument "${unknown.slice(0, 40)}". Available: ${known.join(', ')}.${didYouMean(unknown, known)}`,
    );
  }
  if (filter === 'plural' && !names.includes('other')) {
    throw new MappingError(
      path,
      '"plural" needs a text for other: {{ n | plural: one: "# point", other: "# points" }}.',
    );
  }
}
