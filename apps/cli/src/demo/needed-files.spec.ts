import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CliError } from '../cli-error.js';
import { checkNeededFiles } from './needed-files.js';
import { ROOT } from './repository.js';

describe('checkNeededFiles', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'patchbay-needed-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('accepts this repository', () => {
    expect(() => {
      checkNeededFiles(ROOT);
    }).not.toThrow();
  });

  it('names the missing path in a CliError', async () => {
    const missing = (): unknown => {
      try {
        checkNeededFiles(root);
        return undefined;
      } catch (error) {
        return error instanceof CliError ? error.message : error;
      }
    };
    expect(missing()).toContain(join(root, 'config', 'examples'));
    await mkdir(join(root, 'config', 'examples'), { recursive: true });
    expect(missing()).toContain(join(root, 'config', 'brands', 'demo.yaml'));
    await mkdir(join(root, 'config', 'brands'));
    await writeFile(join(root, 'config', 'brands', 'demo.yaml'), '');
    expect(missing()).toContain(join(root, 'test', 'fixtures', 'events'));
    await mkdir(join(root, 'test', 'fixtures', 'events'), { recursive: true });
    expect(missing()).toBeUndefined();
  });
});
