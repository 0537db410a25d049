import { isJsonObject, type BrandDefinition, type Json, type JsonObject } from '@patchbay/core';
import { stringify } from 'yaml';
import type { EditChecks } from '../brand-edit/edit-checks.js';
import { hiddenLookups } from '../brand-edit/lookup-secrets.js';
import { replaceStrings } from '../brand-edit/replace-strings.js';
import type { BrandFileContent } from '../brand-file/brand-file-content.js';
import { secretPaths } from '../brand-file/secret-paths.js';
import { toContent } from '../brand-file/to-content.js';
import { formatField, type FieldPath } from '../field-path.js';
import { findSecrets } from '../secrets/literal-secrets.js';
import { VariableNames } from './variable-names.js';

/** Brand to export. */
export interface ExportRequest {
  /** Definition with the parts to export. */
  readonly definition: BrandDefinition;
  /**
   * File that manages the brand. Null if the API manages the brand. If a file manages it, only the API-managed parts
   * are exported.
   */
  readonly file: string | null;
}

/** Creates a brand file in which each secret is a reference to an environment variable. */
export function exportBrand({ definition, file }: ExportRequest, checks: EditChecks): string {
  const content = file === null ? toContent(definition) : objectsOf(toContent(definition));
  const names = new VariableNames(definition.brand);
  const variables: string[] = [];
  const reference = (path: FieldPath): string => {
    const name = names.nameOf(path);
    variables.push(name);
    return `\${env:${name}}`;
  };
  const lookups = hiddenLookups(content, reference);
  const others = allSecrets(content, checks).filter((path) => !lookups.has(formatField(path)));
  const texts = new Map([...lookups, ...others.map((path) => [formatField(path), reference(path)] as const)]);
  const yaml = stringify(compact(replaceStrings(content, texts)), {
    version: '1.2',
    schema: 'core',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return `${[...notice(file), ...variablesNotice(variables)].map((line) => `# ${line}\n`).join('')}${yaml}`;
}

function objectsOf({ brand, sources, destinations, subscriptions }: BrandFileContent): BrandFileContent {
  return {
    brand,
    ...(sources === undefined ? {} : { sources }),
    ...(destinations === undefined ? {} : { destinations }),
    ...(subscriptions === undefined ? {} : { subscriptions }),
  };
}

function notice(file: string | null): string[] {
  if (file === null) return [];
  return [
    `These parts were created through the API. Add them to ${file.replaceAll(/\p{Cc}/gu, '')}, which holds the rest of`,
    'the brand, and delete them through the API before you apply that file.',
  ];
}

function variablesNotice(variables: readonly string[]): string[] {
  if (variables.length === 0) return [];
  return ['Set these environment variables where you apply this file:', ...variables.map((name) => `  ${name}`)];
}

function allSecrets(content: BrandFileContent, checks: EditChecks): readonly FieldPath[] {
  const inSettings = Object.entries(content.destinations ?? {}).flatMap(([name, { type, settings }]) =>
    (checks.fieldKinds(type)?.settings.secret ?? []).flatMap((field) =>
      findSecrets(settings, ['destinations', name, 'settings'], field.split('.')),
    ),
  );
  return [...secretPaths(content, checks), ...inSettings];
}

/** Removes empty objects, and writes `privacy` in its short form. */
function compact(content: Json): Json {
  if (!isJsonObject(content)) return content;
  const { privacy, destinations } = content;
  const kept = {
    ...content,
    ...(isJsonObject(privacy) ? { privacy: shortPrivacy(privacy) } : {}),
    ...(isJsonObject(destinations)
      ? { destinations: Object.fromEntries(Object.entries(destinations).map(([name, value]) => [name, filled(value)])) }
      : {}),
  };
  return filled(kept);
}

function shortPrivacy(privacy: JsonObject): Json {
  const lists = Object.entries(privacy).filter(([, value]) => Array.isArray(value) && value.length > 0);
  return lists.length === 0
    ? (privacy['mode'] ?? null)
    : { mode: privacy['mode'] ?? null, ...Object.fromEntries(lists) };
}

function filled(value: Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => !isJsonObject(part) || Object.keys(part).length > 0),
  );
}
