import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { createSecretResolver, readBrandSource, type BrandSource } from '@patchbay/config';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';

const MAX_FILE_BYTES = 1024 * 1024;

/** A brand's file as it was read here, where its secrets are. */
export interface ReadBrandFile {
  /** As it is called in messages, and as the hub notes it in `managedBy`. */
  readonly file: string;
  readonly source: BrandSource;
}

/** PATCHBAY_CONFIG, or ./config. */
export function configDirectory(env: CliContext['env']): string {
  const directory = env.PATCHBAY_CONFIG?.trim() ?? '';
  return directory === '' ? './config' : directory;
}

/** The brand files of the configuration, or those named; a folder stands for the files in it. Throws where there is none. */
export function findBrandFiles(env: CliContext['env'], paths: readonly string[]): readonly string[] {
  const wanted = paths.length > 0 ? paths : [join(configDirectory(env), 'brands')];
  const files = [...new Set(wanted.flatMap(filesAt))];
  if (files.length > 0) return files;
  throw new CliError(
    `There is no brand file (*.yaml) in ${wanted.join(', ')}.`,
    'Name the files, or set PATCHBAY_CONFIG to the folder that has brands/ in it.',
  );
}

/** Reads a file and resolves its references in this environment. What is wrong stands in `source.problems`. */
export function readBrandFile(env: CliContext['env'], file: string): ReadBrandFile {
  const secretsDirectory = env.PATCHBAY_SECRETS_DIR?.trim() ?? '';
  const resolve = createSecretResolver(env, secretsDirectory === '' ? undefined : secretsDirectory);
  return { file, source: readBrandSource(readText(file), file, resolve) };
}

function filesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw usageError(`${path} is not there.`);
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
    throw new CliError(`${file} could not be read${code}.`, 'Fix its path or its permissions.');
  }
  throw new CliError(`${file} is larger than 1 MiB.`, 'A brand file is much smaller: is it the right one?');
}
