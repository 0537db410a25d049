import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Outside of the repository, because TypeScript refuses inferred types of packages below another `node_modules`. */
const CACHE = join(tmpdir(), 'patchbay-builds');

/** Compiled hub. */
export interface Build {
  /** First eight digits of the commit, or `this` for the working tree. */
  readonly name: string;
  /** Root folder of the build. */
  readonly folder: string;
}

/** Returns the build of the working tree, which the caller has compiled. */
export async function thisBuild(): Promise<Build> {
  const { stdout } = await run('git', ['rev-parse', '--short=8', 'HEAD'], { cwd: ROOT });
  return { name: `${stdout.trim()} (this)`, folder: ROOT };
}

/** Builds a commit with its own dependencies. A later call for the same commit returns the same build. */
export async function buildOf(commit: string, say: (line: string) => void): Promise<Build> {
  const { stdout } = await run('git', ['rev-parse', '--verify', `${commit}^{commit}`], { cwd: ROOT });
  const id = stdout.trim();
  const folder = join(CACHE, id);
  if (!existsSync(folder)) {
    say(`building ${id.slice(0, 8)} …`);
    await mkdir(CACHE, { recursive: true });
    const making = await mkdtemp(join(CACHE, 'making-'));
    try {
      await make(id, making);
      await rename(making, folder);
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }
  return { name: id.slice(0, 8), folder };
}

async function make(commit: string, folder: string): Promise<void> {
  const archive = join(folder, 'source.tar');
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: ROOT });
  await run('tar', ['-xf', archive, '-C', folder]);
  await rm(archive);
  await run(process.execPath, [npmScript(), 'ci', '--ignore-scripts', '--prefer-offline', '--loglevel=error'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development' },
  });
  await run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.build.json'], {
    cwd: folder,
  });
}

/** Returns the script of npm, which runs without a shell. */
function npmScript(): string {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? '',
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = candidates.find((path) => path.endsWith('npm-cli.js') && existsSync(path));
  if (found === undefined) throw new Error('npm was not found. Run this command with npm: npm run rolling-upgrade');
  return found;
}
