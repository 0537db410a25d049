import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.max';
import { RenderProblem } from '../render-problem.js';
import { isBlank, textArgument, textInput } from './text-input.js';

const COUNTRIES: ReadonlySet<string> = new Set(getCountries(metadata));

/**
 * Converts a phone number to E.164 (`+919000000001`).
 *
 * A number with a plus is international. Platforms such as Capillary send the country code without a plus. Such a
 * number is read as international first, then as a number of `defaultCountry`. If the template names a country (`e164:
 * "US"`), the filter first tries to read the number as a number of that country. Blank values pass through. For an
 * invalid number, the filter throws a problem that does not contain the number.
 */
export function e164(value: unknown, country: unknown, defaultCountry: CountryCode | undefined): unknown {
  if (isBlank(value)) return value;
  const number = textInput('e164', value).trim();
  const given = givenCountry(country);
  if (number.length > 40) throw invalid();
  if (number.startsWith('+')) return valid(number, undefined) ?? fail();
  if (given) return valid(number, given) ?? valid(`+${number}`, undefined) ?? fail();
  return valid(`+${number}`, undefined) ?? (defaultCountry && valid(number, defaultCountry)) ?? fail();
}

/** Returns true for an ISO 3166 country code with known phone numbers. */
export function isPhoneCountry(code: string): code is CountryCode {
  return COUNTRIES.has(code);
}

function givenCountry(country: unknown): CountryCode | undefined {
  const code = textArgument('e164', 'country', country);
  if (code === undefined || isPhoneCountry(code)) return code;
  throw new RenderProblem('the country of "e164" must be a code of two capital letters, such as "IN".');
}

function valid(number: string, country: CountryCode | undefined): string | undefined {
  const parsed = parsePhoneNumberFromString(
    number,
    { ...(country && { defaultCountry: country }), extract: false },
    metadata,
  );
  return parsed?.isValid() ? parsed.number : undefined;
}

function fail(): never {
  throw invalid();
}

function invalid(): RenderProblem {
  return new RenderProblem(
    'the value for "e164" is not a valid phone number. If numbers have no country code, add the country: e164: "IN".',
  );
}
