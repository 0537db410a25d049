import { RenderProblem } from '../render-problem.js';

/** True where a filter has nothing to work on: missing, null or an empty text. The filters of the field pass it through. */
export function isBlank(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** The text of a value a filter takes, or a problem naming the filter. */
export function textInput(filter: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new RenderProblem(`"${filter}" takes a text or a number, not a list or an object.`);
}

/** The number in a value a filter takes (`"3000.000"` counts), or a problem naming the filter. */
export function numberInput(filter: string, value: unknown): number {
  const text = typeof value === 'string' ? value.trim() : value;
  const number = typeof text === 'string' && text !== '' && text.length <= 64 ? Number(text) : text;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new RenderProblem(`"${filter}" takes a number; what it got is not one.`);
}

/** An optional text argument of a filter. */
export function textArgument(filter: string, what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new RenderProblem(`the ${what} of "${filter}" is a text in quotes.`);
}

/** Longer than any language tag that means something; what is remembered by it stays small. */
const MAX_LOCALE = 100;

/** An optional language tag. */
export function localeArgument(filter: string, value: unknown): string | undefined {
  const tag = textArgument(filter, 'locale', value);
  if (tag === undefined || tag.length <= MAX_LOCALE) return tag;
  throw new RenderProblem(`the locale of "${filter}" is a language tag, such as "en-IN".`);
}
