import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { BrandFile, ConfigurationProblem } from '@patchbay/core';
import { loadBrandFile, type BrandFileOptions } from './load-brand-file.js';

const MAX_FILES = 1_000;

/** The brands of a directory: those whose files are right, and what is wrong with the others. */
export interface BrandDirectoryResult {
  readonly files: readonly BrandFile[];
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Loads `*.yaml` and `*.yml` of a directory, in the order of their names; hidden files and directories below it are left
 * alone. A wrong file keeps no other from being loaded. A directory that is not there holds no brands.
 */
export function loadBrandDirectory(directory: string, options: BrandFileOptions): BrandDirectoryResult {
  const entries = listEntries(directory);
  if (!Array.isArray(entries)) return { files: [], problems: [{ file: directory, field: '', message: entries }] };

  const files = new Map<string, BrandFile>();
  const problems: ConfigurationProblem[] = [];
  for (const name of entries) {
    const file = join(directory, name);
    const { definition, problems: found } = loadBrandFile(file, options);
    problems.push(...found);
    if (definition === undefined) continue;
    const first = files.get(definition.brand);
    if (first === undefined) files.set(definition.brand, { file, definition });
    else {
      const message = `brand ${definition.brand} is in ${first.file} already: one brand, one file`;
      problems.push({ file, field: 'brand', message });
    }
  }
  return { files: [...files.values()], problems };
}

function listEntries(directory: string): string[] | string {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    const missing = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
    return missing ? [] : 'the directory cannot be read by this process: mend its permissions';
  }
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  return names.length <= MAX_FILES ? names : `the directory holds more than ${MAX_FILES} brand files`;
}
