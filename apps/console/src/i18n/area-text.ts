import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

/** Path of a text in a message file: `empty.title`. */
export type TextKey<Messages> = {
  [Key in keyof Messages & string]: Messages[Key] extends string ? Key : `${Key}.${TextKey<Messages[Key]>}`;
}[keyof Messages & string];

/** Values for the placeholders of a text. */
export type TextValues = Record<string, string | number | Date>;

/** Values for the placeholders and tags of a text with elements. */
export type RichValues = Record<string, string | number | Date | ((chunks: ReactNode) => ReactNode)>;

/** Texts of an area in the current language. */
export interface AreaText<Messages> {
  (key: TextKey<Messages>, values?: TextValues): string;
  /** Text with elements: the message has tags such as `<b>…</b>`, and `values` has a function for each tag. */
  rich(key: TextKey<Messages>, values: RichValues): ReactNode;
  /** Returns true if there is a text for a key that the program only knows at run time. */
  has(key: string): boolean;
  /** Text for a key that the program only knows at run time. Check {@link has} first. */
  dynamic(key: string, values?: TextValues): string;
}

/**
 * Returns the hook with which the components of an area get their texts:
 * `export const useText = areaText<typeof import('./en.json')>('events')`.
 */
export function areaText<Messages>(area: string): () => AreaText<Messages> {
  return function useText() {
    const translate = useTranslations(area);
    const dynamic = (key: string, values?: TextValues): string => translate(key, values);
    const text = (key: TextKey<Messages>, values?: TextValues): string => dynamic(key, values);
    return Object.assign(text, {
      rich: (key: string, values: RichValues) => translate.rich(key, values),
      has: (key: string) => translate.has(key),
      dynamic,
    });
  };
}
