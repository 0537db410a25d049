import type { CountryCode } from 'libphonenumber-js/core';
import type { FilterHandler } from '../liquid/filter-handler.js';
import { date } from './date.filter.js';
import { e164 } from './e164.filter.js';
import { gsm7 } from './gsm7.filter.js';
import { hash } from './hash.filter.js';
import { mask } from './mask.filter.js';
import { money, number } from './number.filter.js';
import { plural } from './plural.filter.js';
import { required } from './required.filter.js';

/** Settings of a brand for the filters of Patchbay. */
export interface FieldFilterOptions {
  readonly defaultCountry?: CountryCode;
  /** IANA name of the time zone. */
  readonly timezone: string;
  /** Language tag for formatted values. Default: `en-US`. */
  readonly locale?: string;
}

/** Creates the filters that Patchbay adds to Liquid, by name. Blank values pass through all of them, except `required`. */
export function fieldFilters({
  defaultCountry,
  timezone,
  locale = 'en-US',
}: FieldFilterOptions): Readonly<Record<string, FilterHandler>> {
  return {
    date: (value: unknown, ...given: unknown[]) => date(value, given, { timezone, locale }),
    e164: (value: unknown, country: unknown) => e164(value, country, defaultCountry),
    gsm7,
    hash,
    mask,
    money: (value: unknown, ...given: unknown[]) => money(value, given, locale),
    number: (value: unknown, ...given: unknown[]) => number(value, given, locale),
    plural: (value: unknown, ...given: unknown[]) => plural(value, given, locale),
    required,
  };
}
