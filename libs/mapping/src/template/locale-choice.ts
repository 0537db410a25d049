import { isJsonObject, type JsonObject } from '../json-types.js';

/** `ar`, `ar-AE`, `zh-Hant-TW`: a language of two or three letters, and what says more of it. */
const TAG = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;
/** Characters that software has to take (RFC 5646, 4.4.1). */
const MAX_TAG = 35;

/** A mapping for each language: which one, and the messages by their language tags. */
export interface LocaleTemplate {
  readonly locale: string;
  readonly branches: readonly (readonly [tag: string, template: JsonObject])[];
}

/**
 * The parts of `{ locale: "{{ recipient.locale }}", en: {…}, ar: {…} }`; undefined for a mapping that is no such thing: it
 * is one where `locale` is a text and every other key the tag of a language, with an object as its value.
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
 * Which of the tags is for a reader of `locale`: the same tag, else a shorter one (`ar-AE` takes `ar`), else the first of
 * its language (`ar` takes `ar-EG`), else the first of all. Capitals do not count, and `ar_AE` is `ar-AE`.
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

function isLanguageTag(key: string): boolean {
  try {
    return key.length <= MAX_TAG && TAG.test(key) && Intl.getCanonicalLocales(key).length === 1;
  } catch {
    return false;
  }
}
