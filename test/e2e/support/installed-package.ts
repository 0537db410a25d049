import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
 * @param peers packages that the package requires besides the SDK
 */
export async function packAndInstall(
  source: string,
  name: string,
  peers: readonly string[] = [],
): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-installed-'));
  await run('npm', ['pack', '--offline', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (archive === undefined)
    throw new Error('npm pack wrote no archive. Run npm pack in the package to find the reason.');
  const installed = join(folder, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(folder, archive), '-C', installed, '--strip-components=1']);
  for (const linked of ['@patchbay', ...peers]) {
    const target = join(folder, 'node_modules', linked);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', linked), target, 'junction');
  }
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
