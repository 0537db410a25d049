import { RenderProblem } from '../render-problem.js';
import { isBlank, numberInput, textArgument } from './text-input.js';

const DEFAULT_LOCALE = 'en-US';
const MAX_FORMATS = 200;
const formats = new Map<string, Intl.NumberFormat>();

/** A number for people: `1234567.5 | number: "en-IN", 2` is `12,34,567.50`. Digits left out: as many as it has, up to 3. */
export function number(value: unknown, locale: unknown, digits: unknown): unknown {
  if (isBlank(value)) return value;
  const amount = numberInput('number', value);
  const tag = textArgument('number', 'locale', locale) ?? DEFAULT_LOCALE;
  const places = digits === undefined ? undefined : fractionDigits(digits);
  return numberFormat(
    'number',
    tag,
    places === undefined ? {} : { minimumFractionDigits: places, maximumFractionDigits: places },
  ).format(amount);
}

/**
 * An amount in major units (rupees, not paise) for people: `1250.5 | money: "INR", "en-IN"` is `₹1,250.50`. For an amount
 * in minor units put `divided_by: 100` before it.
 */
export function money(value: unknown, currency: unknown, locale: unknown): unknown {
  if (isBlank(value)) return value;
  const amount = numberInput('money', value);
  const code = textArgument('money', 'currency', currency);
  if (!code || !/^[A-Z]{3}$/.test(code)) {
    throw new RenderProblem('the currency of "money" is a code of three capital letters, such as "INR".');
  }
  const tag = textArgument('money', 'locale', locale) ?? DEFAULT_LOCALE;
  return numberFormat('money', tag, { style: 'currency', currency: code }).format(amount);
}

function fractionDigits(digits: unknown): number {
  if (typeof digits === 'number' && Number.isInteger(digits) && digits >= 0 && digits <= 20) return digits;
  throw new RenderProblem('the digits of "number" are a whole number from 0 to 20.');
}

/** Making a format costs far more than using it. */
function numberFormat(filter: string, locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${options.currency ?? ''}|${options.maximumFractionDigits ?? ''}`;
  let format = formats.get(key);
  if (!format) {
    try {
      format = new Intl.NumberFormat(locale, options);
    } catch {
      throw new RenderProblem(`the locale of "${filter}" is a language tag, such as "en-IN".`);
    }
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(key, format);
  }
  return format;
}
