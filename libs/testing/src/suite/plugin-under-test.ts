import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginLocations } from '@patchbay/plugin-host';
import { jsonObjectIn } from '@patchbay/plugin-sdk';

/** Place in which the plugin host finds one plugin and no other, so that another, invalid plugin fails no test. */
export interface PluginPlace {
  readonly locations: PluginLocations;
  readonly remove: () => void;
}

/**
 * Returns the folder of a plugin's presets, README and logo.
 * @param folder folder of the spec: the plugin's folder, or the folder of the compiled files in a plugin's package
 */
export function pluginFolder(folder: URL): string {
  const own = fileURLToPath(folder).replace(/[/\\]$/, '');
  return hasSources(own) ? own : packageOf(own).folder;
}

/**
 * Creates the place of a plugin. The host loads sources as a folder of plugins, and compiled files as an npm package.
 * @param folder see {@link pluginFolder}
 * @param type destination type: the name of the folder, if the sources belong to a package of their own
 */
export function placeOf(folder: URL, type: string): PluginPlace {
  const own = fileURLToPath(folder).replace(/[/\\]$/, '');
  const root = mkdtempSync(join(tmpdir(), 'patchbay-suite-'));
  const remove = (): void => {
    rmSync(root, { recursive: true });
  };
  if (!hasSources(own)) {
    const { name, folder: whole } = packageOf(own);
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true });
    symlinkSync(whole, join(root, 'node_modules', name), 'junction');
    return { locations: { pluginsDir: join(root, 'plugins'), packages: [name], packagesFrom: root }, remove };
  }
  const linked = join(root, isPackage(own) ? type : basename(own));
  mkdirSync(linked);
  for (const name of readdirSync(own)) symlinkSync(join(own, name), join(linked, name));
  return { locations: { pluginsDir: root, packages: [], fromSources: true }, remove };
}

function hasSources(folder: string): boolean {
  return existsSync(join(folder, 'index.ts'));
}

function isPackage(folder: string): boolean {
  return existsSync(join(folder, 'package.json'));
}

/** Returns the innermost package that contains a folder. */
function packageOf(folder: string): { readonly name: string; readonly folder: string } {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (!isPackage(at)) continue;
    const name = jsonObjectIn(readFileSync(join(at, 'package.json')))?.name;
    if (typeof name === 'string') return { name, folder: at };
    throw new Error(`The package.json in ${at} has no name. Add one, because the hub finds a package by its name.`);
  }
  throw new Error(`${folder} contains no index.ts and belongs to no package. Call the suite from the plugin's folder.`);
}
