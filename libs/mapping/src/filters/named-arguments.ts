import { RenderProblem } from '../render-problem.js';

/** Plural categories of CLDR. Each language uses some of these categories. */
export const PLURAL_CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;

/** Names of the arguments of each filter, in the order in which they may be given without names. */
export const NAMED_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  date: ['format', 'zone', 'locale'],
  money: ['currency', 'locale'],
  number: ['locale', 'digits'],
  plural: ['locale', ...PLURAL_CATEGORIES],
};

/**
 * Returns the arguments of a filter by name: `number: "en-IN", 2` equals `number: digits: 2, locale: "en-IN"`. Unknown
 * names are rejected when the template is compiled.
 */
export function namedArguments(filter: string, given: readonly unknown[]): Readonly<Record<string, unknown>> {
  const names = NAMED_ARGUMENTS[filter] ?? [];
  const found = new Map<string, unknown>();
  given.forEach((argument, index) => {
    const pair = isNamed(argument) ? argument : undefined;
    const name = pair?.[0] ?? names[index] ?? '';
    if (found.has(name)) throw new RenderProblem(`"${filter}" has the same argument twice: remove one.`);
    found.set(name, pair === undefined ? argument : pair[1]);
  });
  return Object.fromEntries(found);
}

/** Returns true for an argument `name: value`, which Liquid passes as a pair. */
function isNamed(argument: unknown): argument is readonly [string, unknown] {
  return Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string';
}
