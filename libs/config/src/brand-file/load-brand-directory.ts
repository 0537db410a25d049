import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import type { BrandFile, ConfigurationProblem } from '@patchbay/core';
import { loadBrandFile, type BrandFileOptions } from './load-brand-file.js';

/** Maximum number of brand files in a folder. */
export const MAX_BRAND_FILES = 10_000;

/** Reason why no brand could be loaded from a folder. */
export type EmptyFolder = 'missing' | 'empty' | 'unreadable' | 'oversized';

/** Valid brand files of a folder, and the problems of the other files. */
export interface BrandDirectoryResult {
  readonly files: readonly BrandFile[];
  readonly problems: readonly ConfigurationProblem[];
  /** Findings about the valid files, which do not refuse them. */
  readonly warnings: readonly ConfigurationProblem[];
  /** Reason why no brand was loaded. Absent if the folder was read and contains brand files. */
  readonly folder?: EmptyFolder;
}

/**
 * Loads the files `*.yaml` and `*.yml` of a directory, sorted by name. Skips hidden files and subdirectories. An
 * invalid file does not prevent the loading of other files.
 */
export function loadBrandDirectory(directory: string, options: BrandFileOptions): BrandDirectoryResult {
  const entries = listEntries(directory);
  if (!Array.isArray(entries)) return { files: [], problems: [], warnings: [], folder: entries };

  const files = new Map<string, BrandFile>();
  const problems: ConfigurationProblem[] = [];
  const warnings: ConfigurationProblem[] = [];
  for (const name of entries) {
    const file = join(directory, name);
    const { definition, problems: found, warnings: warned } = loadBrandFile(file, options);
    problems.push(...found);
    warnings.push(...warned);
    if (definition === undefined) continue;
    const first = files.get(definition.brand);
    if (first === undefined) files.set(definition.brand, { file, definition });
    else {
      const message = `brand ${definition.brand} is already defined in ${first.file}: use one file per brand`;
      problems.push({ file, field: 'brand', message });
    }
  }
  return { files: [...files.values()], problems, warnings };
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
