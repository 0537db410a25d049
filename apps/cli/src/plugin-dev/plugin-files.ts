import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of a plugin's package that contain no code of the plugin. */
const NO_CODE = new Set(['node_modules', 'dist', 'kit']);

/** Files and folders of a plugin, as paths relative to its folder. */
export interface PluginFiles {
  /** Includes the folder itself as an empty path. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** Lists the files that belong to a plugin. Does not enter folders of packages, because they contain thousands of files. */
export function listPluginFiles(root: string): PluginFiles {
  const folders = [''];
  const files: string[] = [];
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (!isPluginFile(path)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
  }
  return { folders, files };
}

/** Returns true for a file or folder that the command compiles or copies, and whose change makes it load the plugin again. */
export function isPluginFile(path: string): boolean {
  const parts = path.split(/[/\\]/);
  if (parts.some((part) => part.startsWith('.') || NO_CODE.has(part))) return false;
  return !/(\.spec\.ts|\.d\.ts|^package\.json|~)$/.test(path);
}
