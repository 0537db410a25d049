import { stripVTControlCharacters } from 'node:util';

/** Makes foreign text safe for a terminal: one line, no control characters, at most `limit` characters. */
export function printable(text: string, limit = 500): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}
