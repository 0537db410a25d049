import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, usageError } from '../cli-error.js';
import { TEMPLATES, type Files } from './plan-plugin.js';

/** `src/scaffold` and `dist/scaffold` are equally deep in the package. */
const TEMPLATE_FOLDER = fileURLToPath(new URL('../../plugin-template/', import.meta.url));

/** Reads the templates that a new plugin is made from. */
export async function readTemplates(): Promise<Files> {
  const texts = Object.keys(TEMPLATES).map(
    async (name) => [name, await readFile(join(TEMPLATE_FOLDER, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

/**
 * Writes a plugin's files into a folder of its own. Overwrites nothing: throws a CliError where the folder is there
 * already, and a usage error where `pluginsDir` is no folder.
 * @returns the folder
 */
export async function writePlugin(pluginsDir: string, type: string, files: Files): Promise<string> {
  if (!(await stat(pluginsDir).catch(() => undefined))?.isDirectory()) {
    throw usageError(
      `There is no folder ${pluginsDir}.`,
      'Call it in the top folder of Patchbay, or say --into <folder>.',
    );
  }
  const folder = join(pluginsDir, type);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new CliError(
      `${folder} is there already, and nothing was changed.`,
      'Choose another type, or remove it first.',
    );
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
