import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../architecture/tree.js';
import { at } from '../../e2e/support/test-hub.js';

/** Returns a text of the console without its placeholders: `consoleText('ar', 'screens/keys', 'make')`. */
export function consoleText(language: string, folder: string, key: string): string {
  const texts: unknown = JSON.parse(readFileSync(join(ROOT, 'apps/console/src', folder, `${language}.json`), 'utf8'));
  const text = at(texts, key);
  if (typeof text !== 'string') throw new Error(`${folder}/${language}.json has no text "${key}".`);
  return text.replace(/\{\w+\}/g, '').trim();
}
