import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, usageError } from '../cli-error.js';
import { TEMPLATES, type Files } from './plan-plugin.js';

/** Template folder. The path works from `src/scaffold` and `dist/scaffold`, which have the same depth. */
const TEMPLATE_FOLDER = fileURLToPath(new URL('../../plugin-template/', import.meta.url));

/** Reads the templates of a new plugin. */
export async function readTemplates(): Promise<Files> {
  const texts = Object.keys(TEMPLATES).map(
    async (name) => [name, await readFile(join(TEMPLATE_FOLDER, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

/**
 * Writes the files of a plugin into a new folder. Throws a CliError if the folder already exists, and a usage error if
 * `pluginsDir` is not a folder.
 * @returns the folder
 */
export async function writePlugin(pluginsDir: string, type: string, files: Files): Promise<string> {
  if (!(await stat(pluginsDir).catch(() => undefined))?.isDirectory()) {
    throw usageError(
      `The folder ${pluginsDir} does not exist.`,
      'Run this command in the root folder of Patchbay, or add --into <folder>.',
    );
  }
  const folder = join(pluginsDir, type);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new CliError(`${folder} already exists. Nothing was changed.`, 'Use another type, or delete the folder.');
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

function isTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}
