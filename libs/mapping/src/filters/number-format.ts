import { RenderProblem } from '../render-problem.js';

const MAX_FORMATS = 200;
const formats = new Map<string, Intl.NumberFormat>();

/**
 * Returns the number format of a language, or of English if the language is unknown. Formats are cached, because
 * creating a format costs far more than using it.
 * @throws RenderProblem that names the filter, if the locale is not a language tag
 */
export function numberFormat(filter: string, locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${options.currency ?? ''}|${options.maximumFractionDigits ?? ''}`;
  let format = formats.get(key);
  if (!format) {
    try {
      format = new Intl.NumberFormat([locale, 'en-US'], options);
    } catch {
      throw new RenderProblem(`the locale of "${filter}" must be a language tag, such as "en-IN".`);
    }
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(key, format);
  }
  return format;
}
