import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import { namedArguments } from './named-arguments.js';
import { numberFormat } from './number-format.js';
import { isBlank, localeArgument, numberInput, textArgument } from './text-input.js';

const MAX_RULES = 200;
const rules = new Map<string, Intl.PluralRules>();

/**
 * Selects the text for a count: `3 | plural: locale: "ar", one: "…", two: "…", few: "…", other: "…"`. If the category
 * of the count has no text, uses `other`. Replaces `{n}` in the text by the formatted number. If the text has no `{n}`,
 * replaces `#`.
 */
export function plural(value: unknown, given: readonly unknown[], defaultLocale: string): unknown {
  if (isBlank(value)) return value;
  const count = numberInput('plural', value);
  const { locale, ...texts } = namedArguments('plural', given);
  const tag = localeArgument('plural', locale) ?? defaultLocale;
  const category = rulesOf(tag).select(count);
  const used = [category, 'other'].find((name) => texts[name] !== undefined && texts[name] !== null);
  const text = used === undefined ? undefined : textArgument('plural', 'text', texts[used]);
  if (text === undefined) throw new RenderProblem('"plural" has no text for this number: add a text for other.');
  if (text.length > MAPPING_LIMITS.templateStringCharacters) {
    throw new RenderProblem(
      `a text of "plural" can have at most ${MAPPING_LIMITS.templateStringCharacters} characters.`,
    );
  }
  const place = text.includes('{n}') ? '{n}' : '#';
  return text.split(place).join(numberFormat('plural', tag, {}).format(count));
}

function rulesOf(locale: string): Intl.PluralRules {
  let found = rules.get(locale);
  if (!found) {
    try {
      found = new Intl.PluralRules([locale, 'en-US']);
    } catch {
      throw new RenderProblem('the locale of "plural" must be a language tag, such as "ar".');
    }
    if (rules.size >= MAX_RULES) rules.clear();
    rules.set(locale, found);
  }
  return found;
}
