import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isJsonObject, parseJson, type MappingTemplate } from '@patchbay/plugin-sdk';

const PRESET_LIMIT = 262_144;
const README_LIMIT = 262_144;
const LOGO_LIMIT = 131_072;
const LOGOS: Readonly<Record<string, string>> = { 'logo.svg': 'image/svg+xml', 'logo.png': 'image/png' };

/** Files of a plugin other than its code. */
export interface PluginFiles {
  readonly presets: ReadonlyMap<string, MappingTemplate>;
  readonly readme: string | null;
  readonly logo: string | null;
}

/** Reads `mappings/*.json`, README.md and the logo. Reports files that are invalid or too large. */
export function readPluginFiles(folder: string, report: (message: string) => void): PluginFiles {
  return {
    presets: readPresets(join(folder, 'mappings'), report),
    readme: readReadme(folder, report),
    logo: readLogo(folder, report),
  };
}

function readPresets(folder: string, report: (message: string) => void): Map<string, MappingTemplate> {
  const presets = new Map<string, MappingTemplate>();
  if (!existsSync(folder)) return presets;
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const name = basename(file, '.json');
    const text = readBounded(join(folder, file), PRESET_LIMIT);
    const template = text === undefined ? undefined : parsed(text);
    if (template === undefined) report(`mappings/${file} is not a JSON object of at most 256 KiB; correct the file`);
    else presets.set(name === 'default' ? '*' : name, template);
  }
  return presets;
}

function parsed(text: string): MappingTemplate | undefined {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

function readReadme(folder: string, report: (message: string) => void): string | null {
  const file = join(folder, 'README.md');
  if (!existsSync(file)) return null;
  const text = readBounded(file, README_LIMIT);
  if (text === undefined) report('README.md is larger than 256 KiB; shorten it');
  return text ?? null;
}

function readLogo(folder: string, report: (message: string) => void): string | null {
  for (const [file, mediaType] of Object.entries(LOGOS)) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    if (statSync(path).size <= LOGO_LIMIT) return `data:${mediaType};base64,${readFileSync(path).toString('base64')}`;
    report(`${file} is larger than 128 KiB; make it smaller`);
  }
  return null;
}

function readBounded(path: string, limit: number): string | undefined {
  return statSync(path).size <= limit ? readFileSync(path, 'utf8') : undefined;
}
