import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SandboxDefinition } from './sandbox-definition.js';

/** Returns the sandboxes in a folder of plugins, sorted by name. Skips plugins without a sandbox. */
export async function discoverSandboxes(pluginsDir: string): Promise<SandboxDefinition[]> {
  const names = (await readdir(pluginsDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== 'dist' && entry.name !== 'node_modules')
    .map((entry) => entry.name)
    .sort();
  const found = await Promise.all(names.map((name) => loadSandbox(pluginsDir, name)));
  return found.filter((definition) => definition !== undefined);
}

/** Loads one plugin's sandbox; undefined if the folder has none. Throws if the file is not a sandbox of this type. */
export async function loadSandbox(pluginsDir: string, type: string): Promise<SandboxDefinition | undefined> {
  for (const file of ['sandbox.js', 'sandbox.ts']) {
    const path = join(pluginsDir, type, file);
    const exists = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!exists) continue;
    const sandbox = await import(pathToFileURL(path).href).then(
      (module: { readonly default?: unknown }) => module.default,
    );
    if (isSandbox(sandbox) && sandbox.type === type) return sandbox;
    throw new Error(`${type}/${file} must default-export defineSandbox({ type: '${type}', … }).`);
  }
  return undefined;
}

function isSandbox(value: unknown): value is SandboxDefinition {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'settings' in value;
}
