import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonObjectIn } from '@patchbay/plugin-sdk';
import { textAt } from '../api/json-reading.js';
import { CliError, usageError } from '../cli-error.js';
import { PACKAGE_TEMPLATES } from './plan-package.js';
import { TEMPLATES, type Files } from './plan-plugin.js';

/** Template folder. The path works from `src/scaffold` and `dist/scaffold`, which have the same depth. */
const TEMPLATE_FOLDER = fileURLToPath(new URL('../../plugin-template/', import.meta.url));

/** Reads the templates of a new plugin and of its package. */
export async function readTemplates(): Promise<Files> {
  const texts = Object.keys({ ...TEMPLATES, ...PACKAGE_TEMPLATES }).map(
    async (name) => [name, await readFile(join(TEMPLATE_FOLDER, name), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

/**
 * Returns true for the `plugins` folder of a clone of Patchbay. A plugin in any other folder needs a package of its own.
 * @throws CliError (usage) if the folder does not exist
 */
export async function isPluginsFolder(folder: string): Promise<boolean> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw usageError(
      `The folder ${folder} does not exist.`,
      'Run this command in the root folder of Patchbay, or create the folder and add --into <folder>.',
    );
  }
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  return textAt(jsonObjectIn(manifest), 'name') === '@patchbay/plugins';
}

/**
 * Writes the files of a plugin into a new folder.
 * @returns the folder
 * @throws CliError if the folder of the plugin exists
 */
export async function writePlugin(
  into: string,
  type: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<string> {
  const folder = join(into, type);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new CliError(`${folder} already exists. Nothing was changed.`, 'Use another type, or delete the folder.');
  }
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

function isTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}
