import { readFileSync } from 'node:fs';

/** Returns the version in the package.json of the hub. */
export function hubVersion(): string {
  // The package is two folders above this file, in `src` and in `dist`.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
