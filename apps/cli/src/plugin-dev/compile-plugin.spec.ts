import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compilePlugin } from './compile-plugin.js';

describe('compilePlugin', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patchbay-compile-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('names the folder if it contains no plugin', async () => {
    await expect(compilePlugin(folder, join(folder, 'build'))).rejects.toThrow(`${folder} has no index.ts.`);
  });

  it('names the file and the line of a syntax error', async () => {
    await writeFile(join(folder, 'index.ts'), 'export default 1;\n');
    await writeFile(join(folder, 'sandbox.ts'), 'const a = 1;\nconst b = = 2;\n');
    await expect(compilePlugin(folder, join(folder, 'build'))).rejects.toThrow('sandbox.ts:2: Expression expected.');
  });

  it('creates a package whose entry reports messages, with the types of decorated properties', async () => {
    await writeFile(join(folder, 'index.ts'), 'class A {\n  @Field() to: string;\n}\nexport default A;\n');
    await writeFile(join(folder, 'sandbox.ts'), 'export default 1;\n');
    const build = join(folder, 'build');
    await compilePlugin(folder, build);
    expect(JSON.parse(await readFile(join(build, 'package.json'), 'utf8'))).toMatchObject({
      exports: './reporting-entry.js',
    });
    expect(await readFile(join(build, 'index.js'), 'utf8')).toContain('__metadata("design:type", String)');
    expect(await readFile(join(build, 'reporting-entry.js'), 'utf8')).toContain("from './index.js'");
  });
});
