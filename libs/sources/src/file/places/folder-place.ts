import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { FileChangedError, PlaceError, type Clock, type FilePlace, type ListedFile } from '@patchbay/core';
import { isWanted, MAX_FILES } from './file-filter.js';

/** A file that changed more recently is probably still being written, in milliseconds. */
const SETTLED_AFTER_MS = 10_000;

/** Folder below the import directory of the process. */
export class FolderPlace implements FilePlace {
  /**
   * @param root import directory of the process
   */
  constructor(
    private readonly root: string,
    private readonly spec: { readonly folder: string; readonly match?: string },
    private readonly clock: Clock,
  ) {}

  async list(): Promise<readonly ListedFile[]> {
    const folder = await this.path();
    const files: ListedFile[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile() || !isWanted(entry.name, this.spec.match)) continue;
      const { size, mtimeMs } = await stat(join(folder, entry.name));
      if (this.clock.now() - mtimeMs < SETTLED_AFTER_MS) continue;
      files.push({ name: entry.name, sizeBytes: size, version: versionOf({ size, mtimeMs }) });
      if (files.length === MAX_FILES) break;
    }
    return files;
  }

  open({ name, version }: ListedFile) {
    const path = async (): Promise<string> => {
      // If the folder is missing too, its file system is probably not mounted.
      await this.path();
      return this.path(name);
    };
    return async function* (offset: number): AsyncGenerator<Uint8Array> {
      const handle = await path()
        .then((found) => open(found))
        .catch((error: unknown) => {
          throw isMissing(error) ? new FileChangedError(changed(name)) : error;
        });
      try {
        const check = async (): Promise<void> => {
          if (versionOf(await handle.stat()) !== version) throw new FileChangedError(changed(name));
        };
        await check();
        for await (const bytes of handle.createReadStream({ start: offset, autoClose: false }))
          if (bytes instanceof Uint8Array) yield bytes;
        await check();
      } finally {
        await handle.close();
      }
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Returns the path of the folder, or of a file in it. Throws a PlaceError if it is outside of the import directory. */
  private async path(name = ''): Promise<string> {
    const root = await realpath(this.root).catch((error: unknown) => {
      throw isMissing(error) ? new PlaceError('The directory PATCHBAY_IMPORT_DIR does not exist. Create it.') : error;
    });
    const path = await realpath(join(root, this.spec.folder, name)).catch((error: unknown) => {
      throw name === '' && isMissing(error)
        ? new PlaceError(`The folder ${this.spec.folder} does not exist in PATCHBAY_IMPORT_DIR. Create it.`)
        : error;
    });
    if (path === root || path.startsWith(`${root}${sep}`)) return path;
    throw new PlaceError('A symbolic link leads out of PATCHBAY_IMPORT_DIR. Move the files into this directory.');
  }
}

function versionOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return `${size}-${Math.round(mtimeMs)}`;
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ENOENT';
}

/** Returns the reason why a file cannot be read any more. */
export function changed(name: string): string {
  return `The file ${name} was changed or removed during the import. If it exists, its new content is imported next.`;
}
