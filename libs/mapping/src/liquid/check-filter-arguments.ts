import { didYouMean } from '../did-you-mean.js';
import { NAMED_ARGUMENTS } from '../filters/named-arguments.js';
import { suggestedZones, zoneName } from '../filters/zone-names.js';
import { MappingError } from '../mapping-error.js';
import { isLanguageTag } from '../template/locale-choice.js';

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

/**
 * Returns the problem of a time zone or a language that is written in a template and is invalid. Null if both are valid.
 * A template that is in use stays valid despite the problem, because Node.js accepts some of these names.
 * @param texts literal text arguments by name
 */
export function literalProblem(filter: string, texts: ReadonlyMap<string, string>, path: string): MappingError | null {
  const zone = texts.get('zone');
  const locale = texts.get('locale');
  if (zone !== undefined) {
    const named = zoneName(zone);
    const shown = zone.slice(0, 40);
    if (named.kind === 'abbreviation') {
      return new MappingError(
        path,
        `"${shown}" stands for several time zones: use an IANA name, e.g. ${named.example}.`,
      );
    }
    if (named.kind === 'unknown') {
      const hint = didYouMean(zone, suggestedZones());
      return new MappingError(
        path,
        `the time zone "${shown}" of "${filter}" must be an IANA name, e.g. Asia/Kolkata.${hint}`,
      );
    }
  }
  if (locale === undefined || locale === '' || isLanguageTag(locale)) return null;
  return new MappingError(
    path,
    `the locale "${locale.slice(0, 40)}" of "${filter}" must be a language tag (BCP 47), such as en-IN.`,
  );
}
