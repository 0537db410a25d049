import { readFileSync } from 'node:fs';
import { jsonObjectIn } from '@patchbay/plugin-sdk';
import { textAt } from './api/json-reading.js';

/** Returns the version in the package.json of the CLI. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return textAt(jsonObjectIn(text), 'version') ?? 'unknown';
}
