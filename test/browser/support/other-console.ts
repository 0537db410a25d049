import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../architecture/tree.js';

/** Build of the console of a commit. */
export interface OtherConsole {
  /** Folder that the hub serves. */
  readonly directory: string;
  /** Removes the build. */
  remove(): void;
}

/** Builds the console of a commit with the packages that are installed now. Throws if the commit does not exist. */
export function buildConsoleOf(commit: string): OtherConsole {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-other-console-'));
  const remove = (): void => rmSync(folder, { recursive: true });
  const run = (program: string, ...args: string[]): void => {
    // Vite would build the console for development if it got the environment of the tests.
    execFileSync(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } });
  };
  try {
    const archive = join(folder, 'console.tar');
    run('git', 'archive', '--output', archive, commit, 'apps/console');
    run('tar', '-xf', archive, '-C', folder);
    for (const packages of ['node_modules', 'apps/console/node_modules']) {
      if (existsSync(join(ROOT, packages))) symlinkSync(join(ROOT, packages), join(folder, packages), 'junction');
    }
    const app = join(folder, 'apps/console');
    run(process.execPath, join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', app);
    return { directory: join(app, 'dist'), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
