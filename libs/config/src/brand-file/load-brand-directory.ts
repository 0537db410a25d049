import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { BrandFile, ConfigurationProblem } from '@patchbay/core';
import { loadBrandFile, type BrandFileOptions } from './load-brand-file.js';

/** Brand files of one folder. */
export const MAX_BRAND_FILES = 10_000;

/** Reason why a folder gives no brands: it is not there, holds no brand file, cannot be read, or holds too many. */
export type EmptyFolder = 'missing' | 'empty' | 'unreadable' | 'oversized';

/** The brands of a folder whose files are valid, and the problems of the others. */
export interface BrandDirectoryResult {
  readonly files: readonly BrandFile[];
  readonly problems: readonly ConfigurationProblem[];
  /** Left out: the folder was read and holds brand files. */
  readonly folder?: EmptyFolder;
}

/**
 * Loads `*.yaml` and `*.yml` of a directory, in the order of their names. Skips hidden files and subdirectories. An invalid
 * file does not keep the others from being loaded.
 */
export function loadBrandDirectory(directory: string, options: BrandFileOptions): BrandDirectoryResult {
  const entries = listEntries(directory);
  if (!Array.isArray(entries)) return { files: [], problems: [], folder: entries };

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

function listEntries(directory: string): string[] | EmptyFolder {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    const missing = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
    return missing ? 'missing' : 'unreadable';
  }
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) return 'empty';
  return names.length <= MAX_BRAND_FILES ? names : 'oversized';
}
