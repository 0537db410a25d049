import { isMembers } from '../../../lib/merge-patch';
import { ACTION } from '../../types/type-actions';
import type { JsonObject } from '../model/json';

const TAG = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;

/** Mapping with one message per language. The hub uses the first language if it has none for a recipient. */
export interface Languages {
  /** Template of the locale, usually `{{ recipient.locale }}`. */
  readonly locale: string;
  readonly branches: readonly (readonly [tag: string, message: JsonObject])[];
}

/** Returns true if a text is a language tag, such as `ar-AE`. */
export function isTag(text: string): boolean {
  return text.length <= 35 && TAG.test(text);
}

/** Reads the languages of a mapping. Null if the mapping is one message for all languages. */
export function languagesOf(mapping: JsonObject): Languages | null {
  const { [ACTION]: _action, locale, ...others } = mapping;
  const entries = Object.entries(others);
  if (typeof locale !== 'string' || entries.length === 0) return null;
  const branches: [string, JsonObject][] = [];
  for (const [tag, message] of entries) {
    if (!isTag(tag) || !isMembers(message)) return null;
    branches.push([tag, message]);
  }
  return { locale, branches };
}

/** Writes languages as a mapping. */
export function mappingOf({ locale, branches }: Languages): JsonObject {
  return { locale, ...Object.fromEntries(branches) };
}

/** Returns the mapping with another language, whose message is a copy of the first one's. */
export function withLanguage(mapping: JsonObject, present: string, added: string): JsonObject {
  const languages = languagesOf(mapping) ?? {
    locale: '{{ recipient.locale }}',
    branches: [[present, mapping] as const],
  };
  const [first] = languages.branches;
  return mappingOf({ ...languages, branches: [...languages.branches, [added, { ...first?.[1] }]] });
}

/** Returns the mapping without a language. The last language becomes the message for all. */
export function withoutLanguage(mapping: JsonObject, tag: string): JsonObject {
  const languages = languagesOf(mapping);
  if (languages === null) return mapping;
  const branches = languages.branches.filter(([one]) => one !== tag);
  const [only] = branches;
  return branches.length === 1 && only !== undefined ? only[1] : mappingOf({ ...languages, branches });
}

/** Returns the writing direction of a language. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  const { language, script } = new Intl.Locale(tag).maximize();
  const rtl = ['Arab', 'Hebr', 'Thaa', 'Nkoo', 'Syrc', 'Adlm', 'Rohg'];
  return rtl.includes(script ?? '') || (script === undefined && ['ar', 'he', 'fa', 'ur'].includes(language))
    ? 'rtl'
    : 'ltr';
}

/** Returns the languages of a mapping. Empty if it has one message for all languages, or is the preset. */
export function languageTags(mapping: JsonObject | null): string[] {
  const languages = mapping === null ? null : languagesOf(mapping);
  return languages?.branches.map(([tag]) => tag) ?? [];
}

/** Returns the language that is shown: the wanted one, or the first. Empty without languages. */
export function chosenTag(tags: readonly string[], wanted: string): string {
  return tags.includes(wanted) ? wanted : (tags[0] ?? '');
}
