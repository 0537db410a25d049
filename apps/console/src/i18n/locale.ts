import { preference } from '../lib/preferences';
import type { MessageTree } from './message-tree';

/** Languages of the console. */
export const LOCALES = ['en', 'ar'] as const;
export type Locale = (typeof LOCALES)[number];

/** Returns true if the text is a language of the console. */
export function isLocale(text: string): text is Locale {
  return LOCALES.some((locale) => locale === text);
}

/** Returns the chosen language, else the first language of the browser that the console has. */
export function initialLocale(): Locale {
  const wanted = [preference('locale') ?? '', ...navigator.languages.map((tag) => tag.split('-')[0] ?? '')];
  return wanted.find(isLocale) ?? 'en';
}

/** Direction in which the language is written. */
export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr';
}

/** Loads the texts of a language. Each language is a file of its own, so a browser loads only one. */
export async function loadMessages(locale: Locale): Promise<MessageTree> {
  switch (locale) {
    case 'en':
      return (await import('./messages-en')).messages;
    case 'ar':
      return (await import('./messages-ar')).messages;
  }
}
