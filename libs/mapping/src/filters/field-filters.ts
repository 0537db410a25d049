import type { CountryCode } from 'libphonenumber-js/core';
import type { FilterHandler } from '../liquid/filter-handler.js';
import { date } from './date.filter.js';
import { e164 } from './e164.filter.js';
import { gsm7 } from './gsm7.filter.js';
import { hash } from './hash.filter.js';
import { mask } from './mask.filter.js';
import { money, number } from './number.filter.js';

/** What the filters of the field take from the brand. */
export interface FieldFilterOptions {
  readonly defaultCountry?: CountryCode;
  /** IANA name. */
  readonly timezone: string;
}

/** The filters Patchbay adds to Liquid's, by name. Blank values pass through all of them. */
export function fieldFilters(options: FieldFilterOptions): Readonly<Record<string, FilterHandler>> {
  return {
    date: (value: unknown, format: unknown, zone: unknown, locale: unknown) =>
      date(value, format, zone, locale, options.timezone),
    e164: (value: unknown, country: unknown) => e164(value, country, options.defaultCountry),
    gsm7,
    hash,
    mask,
    money,
    number,
  };
}
