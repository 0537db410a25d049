import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));

/** Returns the files that declare each class, for classes in files that describe schemas of the API. */
function schemaClasses(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.spec)\.ts$/.test(file),
  );
  const classes = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(join(SOURCES, file), 'utf8');
    if (!text.includes('@ApiProperty')) continue;
    for (const [, name = ''] of text.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm))
      classes.set(name, [...(classes.get(name) ?? []), file]);
  }
  return classes;
}

it('no two classes are the same schema of the OpenAPI document, because the last one would replace the others', () => {
  const classes = schemaClasses();
  expect(classes.size).toBeGreaterThan(100);
  expect([...classes].filter(([, files]) => files.length > 1)).toEqual([]);
});
