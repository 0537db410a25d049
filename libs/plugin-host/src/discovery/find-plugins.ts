import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PluginCandidate } from './discovered-plugin.js';
import type { PluginProblem } from './plugin-problem.js';

/** Locations to search for plugins. */
export interface PluginLocations {
  /** Folder that contains one folder per plugin: `plugins`. */
  readonly pluginsDir: string;
  /** npm packages that default-export a definition and are installed with the hub. */
  readonly packages: readonly string[];
  /** Folder from which packages are resolved; the working directory if absent. */
  readonly packagesFrom?: string;
  /**
   * True to load `<type>/index.ts`, false to load `dist/<type>/index.js`. If absent, plugins are loaded in the same
   * form as the hub itself.
   */
  readonly fromSources?: boolean;
}

/** Plugins found, and problems of plugins that could not be found. */
export interface FoundPlugins {
  readonly candidates: readonly PluginCandidate[];
  readonly problems: readonly PluginProblem[];
}

const NO_PLUGINS = new Set(['dist', 'node_modules']);
const runsFromSources = import.meta.url.endsWith('.ts');

/** Lists the plugins in a stable order without loading them. */
export function findPlugins(locations: PluginLocations): FoundPlugins {
  const candidates: PluginCandidate[] = [];
  const problems: PluginProblem[] = [];
  const take = (found: PluginCandidate | PluginProblem): void => {
    if ('message' in found) problems.push(found);
    else candidates.push(found);
  };
  const fromSources = locations.fromSources ?? runsFromSources;
  for (const type of pluginFolders(locations.pluginsDir)) take(inFolder(locations.pluginsDir, type, fromSources));
  for (const name of locations.packages) take(inPackage(name, locations.packagesFrom ?? process.cwd()));
  return { candidates, problems };
}

function pluginFolders(pluginsDir: string): string[] {
  if (!existsSync(pluginsDir)) return [];
  return readdirSync(pluginsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name) && !NO_PLUGINS.has(entry.name))
    .map((entry) => entry.name)
    .sort();
}

function inFolder(pluginsDir: string, type: string, fromSources: boolean): PluginCandidate | PluginProblem {
  const folder = join(pluginsDir, type);
  const name = `plugins/${type}`;
  const entry = fromSources ? join(folder, 'index.ts') : join(pluginsDir, 'dist', type, 'index.js');
  if (existsSync(entry)) return { name, entry, folder, expectedType: type };
  if (!existsSync(join(folder, 'index.ts'))) {
    return {
      plugin: name,
      message: 'it has no index.ts; add one that default-exports defineDestination({…}), or remove the folder',
    };
  }
  return { plugin: name, message: 'it is not built; run npm run build' };
}

function inPackage(name: string, from: string): PluginCandidate | PluginProblem {
  const folder = packageFolder(name, from);
  if (folder === undefined)
    return {
      plugin: name,
      message: `the package is not installed; run npm install ${name}, or remove it from the configuration`,
    };
  const main = packageMain(folder);
  const entry = main === undefined ? undefined : join(folder, main);
  if (entry !== undefined && existsSync(entry)) return { name, entry, folder, expectedType: undefined };
  return {
    plugin: name,
    message: 'its package.json has no "exports" or "main" file that exists; set one of them to the built index.js',
  };
}

function packageFolder(name: string, from: string): string | undefined {
  if (!/^(@[a-z0-9-][a-z0-9._-]*\/)?[a-z0-9-][a-z0-9._-]*$/.test(name)) return undefined;
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'package.json')));
}

/** Returns the file that `import 'name'` loads. Reads only the simple forms of `exports` in `package.json`. */
function packageMain(folder: string): string | undefined {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
  const exported = member(manifest, 'exports');
  return target(member(exported, '.') ?? exported) ?? target(member(manifest, 'main')) ?? 'index.js';
}

function target(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  for (const condition of ['node', 'import', 'default']) {
    const found: unknown = member(value, condition);
    if (found !== undefined) return target(found);
  }
  return undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
