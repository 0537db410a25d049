import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));

const areas = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('en.json'))
  .map(dirname);

/** Reads a message file as texts by path: `{ 'list.older': 'Older' }`. */
function textsOf(area: string, locale: string): Record<string, string> {
  const flat: Record<string, string> = {};
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') flat[path] = value;
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  walk(JSON.parse(readFileSync(join(SOURCES, area, `${locale}.json`), 'utf8')), '');
  return flat;
}

/** Returns the names of the placeholders and tags of a text. */
function namesIn(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/\{\s*(\w+)\s*[,}]|<(\w+)>/g)].map(([, value, tag]) => value ?? `<${tag ?? ''}>`)),
  ].sort();
}

describe('message files', () => {
  it('exist for every area', () => expect(areas.length).toBeGreaterThan(2));

  it.each(areas)('have the same texts in English and Arabic: %s', (area) => {
    expect(Object.keys(textsOf(area, 'ar')).sort()).toEqual(Object.keys(textsOf(area, 'en')).sort());
  });

  it.each(areas)('have the same placeholders in English and Arabic: %s', (area) => {
    const arabic = textsOf(area, 'ar');
    const wrong = Object.entries(textsOf(area, 'en')).filter(
      ([key, text]) => JSON.stringify(namesIn(arabic[key] ?? '')) !== JSON.stringify(namesIn(text)),
    );
    expect(wrong.map(([key]) => key)).toEqual([]);
  });

  it.each(areas)('have no empty text: %s', (area) => {
    const empty = ['en', 'ar'].flatMap((locale) =>
      Object.entries(textsOf(area, locale)).filter(([, text]) => text === ''),
    );
    expect(empty).toEqual([]);
  });
});
