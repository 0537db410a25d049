import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { isJsonObject, type ConfigurationProblem, type Json, type JsonObject } from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import { problemAt, type SourceLocation, type SourceText } from '../source-text.js';
import { readTextFile } from '../read-text-file.js';
import { readYaml } from '../yaml/read-yaml.js';

/** Content of a brand file in which mapping files are inlined. */
export interface InlinedText extends Pick<SourceText, 'content' | 'sourceLocations'> {
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Replaces the paths of mapping files in subscriptions, route entries and fallback steps by the content of the files. A path is relative
 * to the brand file and names a JSON or YAML file in its directory or below.
 */
export function inlineMappingFiles(
  source: Pick<SourceText, 'content' | 'sourceLocations'>,
  brandFile: string,
): InlinedText {
  const subscriptions = entriesOf(isJsonObject(source.content) ? source.content['subscriptions'] : undefined);
  if (!isJsonObject(source.content) || subscriptions.length === 0) return { ...source, problems: [] };

  const sourceLocations = new Map(source.sourceLocations);
  const problems: ConfigurationProblem[] = [];
  const withMapping = (value: Json, at: FieldPath): Json => {
    if (!isJsonObject(value) || typeof value['mapping'] !== 'string') return value;
    const path = [...at, 'mapping'];
    const read = readMappingFile(value['mapping'], brandFile, path);
    if ('problem' in read) problems.push(problemAt(source, path, read.problem));
    else {
      problems.push(...read.problems);
      for (const [field, location] of read.sourceLocations) sourceLocations.set(field, location);
    }
    return { ...value, mapping: 'content' in read && isJsonObject(read.content) ? read.content : {} };
  };
  const inlined = subscriptions.map(([name, subscription]): [string, Json] => {
    const at = ['subscriptions', name];
    const whole = withMapping(subscription, at);
    if (!isJsonObject(whole)) return [name, whole];
    const { route } = whole;
    const entries = Array.isArray(route)
      ? { route: route.map((entry, index) => withMapping(entry, [...at, 'route', index])) }
      : {};
    const own: JsonObject = { ...whole, ...entries };
    if (!isJsonObject(own['messaging'])) return [name, own];
    const { messaging } = own;
    const { fallback } = messaging;
    if (!Array.isArray(fallback)) return [name, own];
    const steps = fallback.map((step, index) => withMapping(step, [...at, 'messaging', 'fallback', index]));
    return [name, { ...own, messaging: { ...messaging, fallback: steps } }];
  });
  return { content: { ...source.content, subscriptions: Object.fromEntries(inlined) }, sourceLocations, problems };
}

interface MappingFile {
  readonly content: JsonObject;
  readonly sourceLocations: ReadonlyMap<string, SourceLocation>;
  readonly problems: readonly ConfigurationProblem[];
}

function readMappingFile(path: string, brandFile: string, at: FieldPath): MappingFile | { problem: string } {
  if (!/\.(json|ya?ml)$/i.test(path) || path.includes('\u0000')) {
    return { problem: 'has to be a mapping, or the path of a .json, .yaml or .yml file with a mapping' };
  }
  const directory = dirname(brandFile);
  const file = join(directory, path);
  if (isAbsolute(path) || !isBelow(directory, file)) {
    return { problem: 'the mapping file has to be in the directory of this file or below: move it there' };
  }
  const text = readTextFile(file);
  if (text === undefined) return { problem: `the file ${file} does not exist: create it, or correct the path` };
  if ('problem' in text) return { problem: `${file}: ${text.problem}` };
  const { content, sourceLocations, problems } = readYaml(text.text, file, at);
  if (problems.length > 0) return { content: {}, sourceLocations, problems };
  return isJsonObject(content)
    ? { content, sourceLocations, problems }
    : { problem: `${file} does not contain a mapping: write an object` };
}

/**
 * Compares the real paths, so that no symbolic link leads outside the directory. If the file does not exist, compares
 * the given paths.
 */
function isBelow(directory: string, file: string): boolean {
  try {
    const path = relative(realpathSync(directory), realpathSync(file));
    return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  } catch {
    const path = relative(directory, file);
    return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  }
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
