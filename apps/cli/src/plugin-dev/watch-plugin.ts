import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { isPluginFile, listPluginFiles } from './plugin-files.js';

/** Time without a change after which a save is complete, in milliseconds. */
const SETTLED_MS = 50;

/**
 * Calls a function after each change of a plugin's files. Changes that follow each other within 50 ms count as one.
 * @returns function that ends the watch
 */
export function watchPlugin(root: string, onChange: () => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const watchFolder = (folder: string): void => {
    const watcher = watch(join(root, folder), (_kind, name) => {
      if (name !== null && !isPluginFile(join(folder, name))) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        watchNewFolders();
        onChange();
      }, SETTLED_MS);
    });
    const forget = (): void => {
      watcher.close();
      watchers.delete(folder);
    };
    // On some systems, the watch of a deleted folder fails.
    watcher.on('error', forget);
    watchers.set(folder, watcher);
  };
  const watchNewFolders = (): void => {
    for (const folder of listPluginFiles(root).folders) if (!watchers.has(folder)) watchFolder(folder);
  };
  watchNewFolders();
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}
