import { RenderProblem } from '../render-problem.js';
import { namedArguments } from './named-arguments.js';
import { numberFormat } from './number-format.js';
import { isBlank, localeArgument, numberInput, textArgument } from './text-input.js';

/** Formats a number: `1234567.5 | number: "en-IN", 2` is `12,34,567.50`. Default: up to 3 fraction digits. */
export function number(value: unknown, given: readonly unknown[], defaultLocale: string): unknown {
  if (isBlank(value)) return value;
  const amount = numberInput('number', value);
  const { locale, digits } = namedArguments('number', given);
  const tag = localeArgument('number', locale) ?? defaultLocale;
  const places = digits === undefined ? undefined : fractionDigits(digits);
  return numberFormat(
    'number',
    tag,
    places === undefined ? {} : { minimumFractionDigits: places, maximumFractionDigits: places },
  ).format(amount);
}

/**
 * Formats an amount in major units (rupees, not paise): `1250.5 | money: "INR", "en-IN"` is `₹1,250.50`. For an amount in
 * minor units, put `divided_by: 100` before the filter.
 */
export function money(value: unknown, given: readonly unknown[], defaultLocale: string): unknown {
  if (isBlank(value)) return value;
  const amount = numberInput('money', value);
  const { currency, locale } = namedArguments('money', given);
  const code = textArgument('money', 'currency', currency);
  if (!code || !/^[A-Z]{3}$/.test(code)) {
    throw new RenderProblem('the currency of "money" must be a code of three capital letters, such as "INR".');
  }
  const tag = localeArgument('money', locale) ?? defaultLocale;
  return numberFormat('money', tag, { style: 'currency', currency: code }).format(amount);
}

function fractionDigits(digits: unknown): number {
  if (typeof digits === 'number' && Number.isInteger(digits) && digits >= 0 && digits <= 20) return digits;
  throw new RenderProblem('the digits of "number" must be a whole number from 0 to 20.');
}
