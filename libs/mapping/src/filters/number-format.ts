import { RenderProblem } from '../render-problem.js';

const MAX_FORMATS = 200;
const formats = new Map<string, Intl.NumberFormat>();

/**
 * The format of numbers in a language, English where it is not known; making one costs far more than using it.
 * @throws RenderProblem naming the filter where the locale is no language tag.
 */
export function numberFormat(filter: string, locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${options.currency ?? ''}|${options.maximumFractionDigits ?? ''}`;
  let format = formats.get(key);
  if (!format) {
    try {
      format = new Intl.NumberFormat([locale, 'en-US'], options);
    } catch {
      throw new RenderProblem(`the locale of "${filter}" is a language tag, such as "en-IN".`);
    }
    if (formats.size >= MAX_FORMATS) formats.clear();
    formats.set(key, format);
  }
  return format;
}
