import { didYouMean } from '../did-you-mean.js';
import { isJsonObject, type JsonObject } from '../json-types.js';
import { actionTemplate } from './action.js';
import { isLanguageTag } from './locale-choice.js';

/** Languages whose English name is suggested as a tag. */
const COMMON = 'ar bn de en es fr gu he hi id it ja kn ko ml mr ms nl pa pt ru sw ta te th tl tr ur vi zh'.split(' ');
const NAMES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Finding about a key that names a language in a mapping. */
export interface LanguageFinding {
  readonly key: string;
  readonly message: string;
  /** True if the key cannot be a language tag. */
  readonly isError: boolean;
}

/**
 * Checks the keys of a mapping in which `locale` is a text and all other values are objects. In such a mapping, every
 * other key should be a language tag. Empty for all other mappings.
 */
export function languageFindings(template: JsonObject): readonly LanguageFinding[] {
  const { locale, ...others } = actionTemplate(template).fields;
  if (typeof locale !== 'string' || !Object.values(others).every(isJsonObject)) return [];
  return Object.keys(others).flatMap((key): LanguageFinding[] => {
    if (!isLanguageTag(key)) {
      const message = `"${key.slice(0, 40)}" is not a language tag (BCP 47), such as en or ar-AE.${hintFor(key)}`;
      return [{ key, message, isError: true }];
    }
    const [language = ''] = key.split('-');
    if (NAMES.of(language) !== undefined) return [];
    const message = `"${language}" is not a registered language, so no recipient has it.${didYouMean(language, COMMON)}`;
    return [{ key, message, isError: false }];
  });
}

function hintFor(key: string): string {
  const dashed = key.replaceAll('_', '-');
  const tag = isLanguageTag(dashed)
    ? dashed
    : COMMON.find((code) => NAMES.of(code)?.toLowerCase() === key.toLowerCase());
  return tag === undefined ? '' : ` Did you mean "${tag}"?`;
}
