import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../demo/repository.js';

/** Exit code and output of a tool. */
export interface ToolRun {
  readonly code: number;
  readonly output: string;
}

/** Temporary folder with a `plugins` folder that uses the configuration of this repository. */
export class PluginWorkshop {
  private constructor(
    readonly root: string,
    readonly plugins: string,
  ) {}

  /** Creates the folder. The caller must call `close`. */
  static async open(): Promise<PluginWorkshop> {
    const root = await mkdtemp(join(tmpdir(), 'patchbay-workshop-'));
    const workshop = new PluginWorkshop(root, join(root, 'plugins'));
    await mkdir(workshop.plugins);
    const manifest = JSON.stringify({ name: '@patchbay/plugins', type: 'module' }, null, 2);
    await writeFile(join(workshop.plugins, 'package.json'), `${manifest}\n`);
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
    const write = (file: string, text: string) => writeFile(join(root, file), text);
    await write('package.json', JSON.stringify({ type: 'module' }));
    const tsconfig = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { rootDir: '/' },
      include: ['plugins/**/*.ts'],
    };
    await write('tsconfig.json', JSON.stringify(tsconfig));
    const baseConfig = JSON.stringify(pathToFileURL(join(ROOT, 'eslint.config.js')).href);
    await write(
      'eslint.config.js',
      `import baseConfig from ${baseConfig};
export default [...baseConfig, { files: ['**/*.ts'], languageOptions: { parserOptions: { tsconfigRootDir: import.meta.dirname } } }];`,
    );
    const jestConfig: unknown = await import(pathToFileURL(join(ROOT, 'jest.config.js')).href);
    const {
      globalSetup: _up,
      globalTeardown: _down,
      ...rest
    } = (jestConfig as { default: Record<string, unknown> }).default;
    const own = { ...rest, rootDir: root, testMatch: ['<rootDir>/plugins/**/*.spec.ts'] };
    await write('jest.config.json', JSON.stringify(own));
    return workshop;
  }

  /** Runs the specs of all plugins, as `npm test` does, or the specs of one plugin, with the names of the tests. */
  test(type?: string): Promise<ToolRun> {
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    return this.run([
      '--experimental-vm-modules',
      '--no-warnings',
      jest,
      '--config',
      'jest.config.json',
      '--runInBand',
      ...(type === undefined ? [] : [type]),
    ]);
  }

  /** Runs the compiler with the configuration of this repository. */
  compile(): Promise<ToolRun> {
    return this.run([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit']);
  }

  /** Runs the linter with the rules for plugins. */
  lint(): Promise<ToolRun> {
    return this.run([join(ROOT, 'node_modules/eslint/bin/eslint.js'), 'plugins']);
  }

  /** Checks the formatting of every file. */
  format(): Promise<ToolRun> {
    const config = ['--config', join(ROOT, '.prettierrc.json'), '--ignore-path', join(ROOT, '.prettierignore')];
    return this.run([join(ROOT, 'node_modules/prettier/bin/prettier.cjs'), '--check', ...config, 'plugins']);
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true });
  }

  private run(args: readonly string[]): Promise<ToolRun> {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
    return new Promise((resolve) => {
      execFile(process.execPath, args, { cwd: this.root, env, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      });
    });
  }
}
