import { RenderProblem } from '../render-problem.js';

/** The plural categories of CLDR, of which a language uses some. */
export const PLURAL_CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;

/** The filters whose arguments have names, in the order in which they may stand without them. */
export const NAMED_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  date: ['format', 'zone', 'locale'],
  money: ['currency', 'locale'],
  number: ['locale', 'digits'],
  plural: ['locale', ...PLURAL_CATEGORIES],
};

/**
 * What a filter was given, by name: `number: "en-IN", 2` and `number: digits: 2, locale: "en-IN"` mean the same. Names
 * that a filter does not have are refused when the template is compiled.
 */
export function namedArguments(filter: string, given: readonly unknown[]): Readonly<Record<string, unknown>> {
  const names = NAMED_ARGUMENTS[filter] ?? [];
  const found = new Map<string, unknown>();
  given.forEach((argument, index) => {
    const pair = isNamed(argument) ? argument : undefined;
    const name = pair?.[0] ?? names[index] ?? '';
    if (found.has(name)) throw new RenderProblem(`"${filter}" gets one of its arguments twice.`);
    found.set(name, pair === undefined ? argument : pair[1]);
  });
  return Object.fromEntries(found);
}

/** As Liquid hands on `name: value`. */
function isNamed(argument: unknown): argument is readonly [string, unknown] {
  return Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string';
}
