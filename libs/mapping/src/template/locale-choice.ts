import { isJsonObject, type JsonObject } from '../json-types.js';

/** Language tag: a language of two or three letters with optional subtags, such as `ar`, `ar-AE`, `zh-Hant-TW`. */
const TAG = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;
/** Maximum length of a language tag. Software must support tags of this length (RFC 5646, 4.4.1). */
const MAX_TAG = 35;

/** Mapping with one template per language. `locale` is the template that selects the language. */
export interface LocaleTemplate {
  readonly locale: string;
  readonly branches: readonly (readonly [tag: string, template: JsonObject])[];
}

/**
 * Returns the parts of a mapping with one template per language, such as `{ locale: "{{ recipient.locale }}", en: {…},
 * ar: {…} }`. In such a mapping, `locale` is a text, and every other key is a language tag with an object as value.
 * Undefined for all other mappings.
 */
export function localeTemplate({ locale, ...others }: JsonObject): LocaleTemplate | undefined {
  const entries = Object.entries(others);
  if (typeof locale !== 'string' || entries.length === 0) return undefined;
  const branches: (readonly [string, JsonObject])[] = [];
  for (const [tag, template] of entries) {
    if (!isLanguageTag(tag) || !isJsonObject(template)) return undefined;
    branches.push([tag, template]);
  }
  return { locale, branches };
}

/**
 * Returns the index of the tag for a locale. Tries the same tag first, then shorter tags (`ar` for `ar-AE`), then the
 * first tag of the same language (`ar-EG` for `ar`). If no tag matches, returns the index of the first tag. Ignores
 * capitalization, and treats `ar_AE` like `ar-AE`.
 */
export function chooseLocale(locale: unknown, tags: readonly string[]): number {
  const wanted = typeof locale === 'string' ? locale.trim().slice(0, 100).replaceAll('_', '-').toLowerCase() : '';
  const known = tags.map((tag) => tag.toLowerCase());
  for (let tag = wanted; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const index = known.indexOf(tag);
    if (index >= 0) return index;
  }
  const language = languageOf(wanted);
  return Math.max(
    0,
    known.findIndex((tag) => languageOf(tag) === language),
  );
}

function languageOf(tag: string): string {
  return tag.split('-', 1)[0] ?? '';
}

/** Returns true for a language tag in the syntax of BCP 47. */
export function isLanguageTag(key: string): boolean {
  try {
    return key.length <= MAX_TAG && TAG.test(key) && Intl.getCanonicalLocales(key).length === 1;
  } catch {
    return false;
  }
}
