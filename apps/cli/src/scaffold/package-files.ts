import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonObjectIn } from '@patchbay/plugin-sdk';
import { objectAt } from '../api/json-reading.js';
import { packKit } from '../kit/pack-kit.js';
import { KIT_FOLDER, planPackage } from './plan-package.js';
import type { Files } from './plan-plugin.js';
import type { PluginNames } from './plugin-names.js';

/**
 * Creates the files that make a plugin an npm package of its own, with the archives of the kit, because no registry has
 * them. Writes nothing.
 * @param root root folder of the clone of Patchbay
 * @throws CliError if the kit cannot be packed
 */
export async function packageFiles(
  root: string,
  names: PluginNames,
  templates: Files,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-kit-'));
  try {
    const kit = await packKit(root, folder);
    const versions = objectAt(jsonObjectIn(await readFile(join(root, 'package.json'))), 'devDependencies') ?? {};
    const archives = kit.map(
      async ({ file }) => [`${KIT_FOLDER}/${file}`, await readFile(join(folder, file))] as const,
    );
    return new Map<string, string | Uint8Array>([
      ...planPackage(names, kit, versions, templates),
      ...(await Promise.all(archives)),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
