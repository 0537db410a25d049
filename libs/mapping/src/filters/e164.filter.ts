import { getCountries, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.max';
import { RenderProblem } from '../render-problem.js';
import { isBlank, textArgument, textInput } from './text-input.js';

const COUNTRIES: ReadonlySet<string> = new Set(getCountries(metadata));

/**
 * A phone number in E.164 (`+919000000001`).
 *
 * A number with a plus is international. Without one, platforms such as Capillary send the country code all the same: so
 * it is read with a plus first, then as a number of `defaultCountry`. A country given in the template
 * (`e164: "US"`) turns that round: a number of that country first. Blank passes through; a number that is not valid is a
 * problem that does not show it.
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

/** Whether this is an ISO 3166 country code with known phone numbers. */
export function isPhoneCountry(code: string): code is CountryCode {
  return COUNTRIES.has(code);
}

function givenCountry(country: unknown): CountryCode | undefined {
  const code = textArgument('e164', 'country', country);
  if (code === undefined || isPhoneCountry(code)) return code;
  throw new RenderProblem('the country of "e164" is a code of two capital letters, such as "IN".');
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
    '"e164" got something that is not a valid phone number. Where numbers come without their country code, name the country: e164: "IN".',
  );
}
