import { RenderProblem } from '../render-problem.js';

/** Returns true for a missing value, null or an empty text. The filters of Patchbay pass these values through. */
export function isBlank(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/**
 * Converts the value of a filter to text. Throws a RenderProblem that names the filter if the conversion is impossible.
 */
export function textInput(filter: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new RenderProblem(`"${filter}" needs a text or a number, but the value is a list or an object.`);
}

/**
 * Converts the value of a filter to a number, including texts such as `"3000.000"`. Throws a RenderProblem if the
 * conversion is impossible.
 */
export function numberInput(filter: string, value: unknown): number {
  const text = typeof value === 'string' ? value.trim() : value;
  const number = typeof text === 'string' && text !== '' && text.length <= 64 ? Number(text) : text;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new RenderProblem(`"${filter}" needs a number, but the value is not a number.`);
}

/** Reads an optional text argument of a filter. */
export function textArgument(filter: string, what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new RenderProblem(`the ${what} of "${filter}" must be a text in quotes.`);
}

/** Maximum length of a language tag. The limit bounds the memory of caches that have one entry per locale. */
const MAX_LOCALE = 100;

/** Reads an optional language tag. */
export function localeArgument(filter: string, value: unknown): string | undefined {
  const tag = textArgument(filter, 'locale', value);
  if (tag === undefined || tag.length <= MAX_LOCALE) return tag;
  throw new RenderProblem(`the locale of "${filter}" must be a language tag, such as "en-IN".`);
}
