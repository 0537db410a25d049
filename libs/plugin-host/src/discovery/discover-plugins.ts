import { pathToFileURL } from 'node:url';
import { ACTION, compileMapping, MappingError } from '@patchbay/mapping';
import type { AnyDestinationDefinition, MappingTemplate } from '@patchbay/plugin-sdk';
import { checkDefinition } from './check-plugin-definition.js';
import { editForImport, inContract2 } from './contract-versions.js';
import type { DiscoveredPlugin, PluginCandidate } from './discovered-plugin.js';
import { findPlugins, type PluginLocations } from './find-plugins.js';
import { readPluginFiles } from './plugin-files.js';
import { PluginBootError, type PluginProblem } from './plugin-problem.js';

/**
 * Finds, loads and checks all plugins. If one plugin is invalid, throws a {@link PluginBootError} that lists every
 * problem with its folder and its fix.
 */
export async function discoverPlugins(locations: PluginLocations): Promise<readonly DiscoveredPlugin[]> {
  const { candidates, problems } = findPlugins(locations);
  const told: PluginProblem[] = [...problems];
  const plugins: DiscoveredPlugin[] = [];
  for (const candidate of candidates) {
    const report = (message: string): void => void told.push({ plugin: candidate.name, message });
    const plugin = await loadPlugin(candidate, report);
    if (plugin === undefined) continue;
    const twin = plugins.find((other) => other.definition.type === plugin.definition.type);
    if (twin === undefined) plugins.push(plugin);
    else report(`its type "${plugin.definition.type}" is used by ${twin.name}; rename or remove one of them`);
  }
  if (told.length > 0) throw new PluginBootError(told);
  return plugins;
}

async function loadPlugin(
  candidate: PluginCandidate,
  report: (message: string) => void,
): Promise<DiscoveredPlugin | undefined> {
  const files = readPluginFiles(candidate.folder, report);
  let definition: unknown;
  try {
    definition = await import(pathToFileURL(candidate.entry).href).then(defaultExport).then(inContract2);
  } catch (error) {
    const message = firstLine(error);
    const edit = editForImport(message) ?? 'fix its code or install what it imports';
    report(`it cannot be loaded: ${message}; ${edit}`);
    return undefined;
  }
  if (!checkDefinition(definition, candidate.expectedType, report)) return undefined;
  const presets = new Map(Object.entries(definition.presets ?? {}));
  for (const [eventType, template] of files.presets) {
    if (presets.has(eventType))
      report(`the preset for ${eventType} is both in the definition and in mappings/; keep one of them`);
    presets.set(eventType, template);
  }
  checkPresets(presets, definition, report);
  return { name: candidate.name, definition, presets, readme: files.readme, logo: files.logo };
}

function defaultExport(module: { readonly default?: unknown }): unknown {
  return module.default;
}

function checkPresets(
  presets: ReadonlyMap<string, MappingTemplate>,
  definition: AnyDestinationDefinition,
  report: (message: string) => void,
): void {
  const actions: readonly unknown[] = 'actions' in definition ? Object.keys(definition.actions) : [undefined];
  for (const [eventType, template] of presets) {
    try {
      compileMapping(template);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      report(`its preset for ${eventType} is invalid: ${error.message}`);
    }
    if (actions.includes(template[ACTION])) continue;
    const edit = 'actions' in definition ? `set it to one of ${actions.join(', ')}` : 'remove it';
    report(`its preset for ${eventType} does not have the ${ACTION} of a message of the plugin; ${edit}`);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 500);
}
