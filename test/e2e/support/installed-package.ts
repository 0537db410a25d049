import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../architecture/tree.js';

const run = promisify(execFile);

/**
 * Folder outside the repository, in the state that `npm install <package>` leaves. It contains the package and the SDK
 * that the package requires.
 */
export interface InstalledPackage {
  readonly folder: string;
  remove(): void;
}

/**
 * Packs a package with npm and installs the archive. The installation uses no network, and no link to the folder of the
 * package.
 */
export async function packAndInstall(source: string, name: string): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-installed-'));
  await run('npm', ['pack', '--offline', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (archive === undefined)
    throw new Error('npm pack wrote no archive. Run npm pack in the package to find the reason.');
  const installed = join(folder, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(folder, archive), '-C', installed, '--strip-components=1']);
  symlinkSync(join(ROOT, 'node_modules', '@patchbay'), join(folder, 'node_modules', '@patchbay'), 'junction');
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
