import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { isJsonObject, type ConfigurationProblem, type Json, type JsonObject } from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import { problemAt, type SourceLocation, type SourceText } from '../source-text.js';
import { readTextFile } from '../read-text-file.js';
import { readYaml } from '../yaml/read-yaml.js';

/** Content with the mappings in it that its subscriptions name by a path. */
export interface InlinedText extends Pick<SourceText, 'content' | 'sourceLocations'> {
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Puts mapping files where subscriptions and the steps of their fallbacks name them. A path is relative to the brand's file, and leads to a JSON or YAML
 * file in its directory or below.
 */
export function inlineMappingFiles(
  source: Pick<SourceText, 'content' | 'sourceLocations'>,
  brandFile: string,
): InlinedText {
  const subscriptions = entriesOf(isJsonObject(source.content) ? source.content['subscriptions'] : undefined);
  if (!isJsonObject(source.content) || subscriptions.length === 0) return { ...source, problems: [] };

  const sourceLocations = new Map(source.sourceLocations);
  const problems: ConfigurationProblem[] = [];
  const withMapping = (says: Json, at: FieldPath): Json => {
    if (!isJsonObject(says) || typeof says['mapping'] !== 'string') return says;
    const path = [...at, 'mapping'];
    const read = readMappingFile(says['mapping'], brandFile, path);
    if ('problem' in read) problems.push(problemAt(source, path, read.problem));
    else {
      problems.push(...read.problems);
      for (const [field, location] of read.sourceLocations) sourceLocations.set(field, location);
    }
    return { ...says, mapping: 'content' in read && isJsonObject(read.content) ? read.content : {} };
  };
  const inlined = subscriptions.map(([name, subscription]): [string, Json] => {
    const at = ['subscriptions', name];
    const own = withMapping(subscription, at);
    if (!isJsonObject(own) || !isJsonObject(own['messaging'])) return [name, own];
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
    return { problem: 'has to be a mapping, or the path of one in a .json, .yaml or .yml file' };
  }
  const directory = dirname(brandFile);
  const file = join(directory, path);
  if (isAbsolute(path) || !isBelow(directory, file)) {
    return { problem: 'the mapping file has to be in the directory of this file, or below it' };
  }
  const text = readTextFile(file);
  if (text === undefined) return { problem: `there is no file ${file}: make it, or fix the path` };
  if ('problem' in text) return { problem: `${file}: ${text.problem}` };
  const { content, sourceLocations, problems } = readYaml(text.text, file, at);
  if (problems.length > 0) return { content: {}, sourceLocations, problems };
  return isJsonObject(content)
    ? { content, sourceLocations, problems }
    : { problem: `${file} holds no mapping: write an object` };
}

/** By the real paths, so that no link leads outside. A file that is not there is looked for, and not found, later. */
function isBelow(directory: string, file: string): boolean {
  try {
    const way = relative(realpathSync(directory), realpathSync(file));
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  } catch {
    const way = relative(directory, file);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  }
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
