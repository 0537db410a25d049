import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { createSecretResolver, readBrandSource, type BrandSource } from '@patchbay/config';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';

const MAX_FILE_BYTES = 1024 * 1024;

/** Brand file with its secrets resolved in the local environment. */
export interface ReadBrandFile {
  /** Path of the file, as shown in messages and in `managedBy`. */
  readonly file: string;
  readonly source: BrandSource;
}

/** Returns PATCHBAY_CONFIG, or `./config` if it is not set. */
export function configDirectory(env: CliContext['env']): string {
  const directory = env.PATCHBAY_CONFIG?.trim() ?? '';
  return directory === '' ? './config' : directory;
}

/** Finds the brand files at the given paths, or in the configuration folder. Throws if there are none. */
export function findBrandFiles(env: CliContext['env'], paths: readonly string[]): readonly string[] {
  const wanted = paths.length > 0 ? paths : [join(configDirectory(env), 'brands')];
  const files = [...new Set(wanted.flatMap(filesAt))];
  if (files.length > 0) return files;
  throw new CliError(
    `There is no brand file (*.yaml) in ${wanted.join(', ')}.`,
    'Pass the paths of brand files, or set PATCHBAY_CONFIG to the folder that contains brands/.',
  );
}

/** Reads a brand file and resolves its references in this environment. Problems are returned in `source.problems`. */
export function readBrandFile(env: CliContext['env'], file: string): ReadBrandFile {
  const secretsDirectory = env.PATCHBAY_SECRETS_DIR?.trim() ?? '';
  const resolve = createSecretResolver(env, secretsDirectory === '' ? undefined : secretsDirectory);
  return { file, source: readBrandSource(readText(file), file, resolve) };
}

function filesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw usageError(`${path} does not exist.`, 'Correct the path.');
  if (!found.isDirectory()) return [normalize(path)];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(path, name));
}

function readText(file: string): string {
  try {
    if (statSync(file).size <= MAX_FILE_BYTES) return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new CliError(`${file} could not be read${code}.`, 'Correct its path or its permissions.');
  }
  throw new CliError(
    `${file} is larger than 1 MiB.`,
    'Check that the path is a brand file. If it is, divide its content among several brands.',
  );
}
