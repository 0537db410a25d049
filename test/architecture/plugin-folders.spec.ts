import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { filesThatName, lacksOf } from './plugin-folder.js';
import { foldersIn, ROOT } from './tree.js';

const types = foldersIn(join(ROOT, 'plugins'));

describe('plugins of this repository', () => {
  it('have all required files', () => {
    expect(types.flatMap((type) => lacksOf(join(ROOT, 'plugins'), type))).toEqual([]);
  });

  it('are not mentioned outside their folders, so that adding or deleting a folder is enough', () => {
    expect(filesThatName(ROOT, types)).toEqual([]);
  });
});

describe('check of plugin folders', () => {
  const trees: string[] = [];
  const tree = (files: Readonly<Record<string, string>>): string => {
    const root = mkdtempSync(join(tmpdir(), 'patchbay-plugins-'));
    trees.push(root);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  };
  afterEach(() => {
    for (const root of trees.splice(0)) rmSync(root, { recursive: true });
  });

  it('reports each missing file', () => {
    const root = tree({ 'plugins/Acme_sms/acme.spec.ts': 'it("sends", () => {});' });
    expect(lacksOf(join(root, 'plugins'), 'Acme_sms')).toEqual([
      expect.stringContaining('no index.ts'),
      expect.stringContaining('no sandbox.ts'),
      expect.stringContaining('no README.md'),
      expect.stringContaining('no spec that calls describeDestination'),
      expect.stringContaining('kebab-case'),
    ]);
  });

  it('accepts a complete plugin', () => {
    const root = tree({
      'plugins/acme-sms/index.ts': '',
      'plugins/acme-sms/sandbox.ts': '',
      'plugins/acme-sms/README.md': '',
      'plugins/acme-sms/acme-sms.spec.ts': 'describeDestination(plugin, {});',
    });
    expect(lacksOf(join(root, 'plugins'), 'acme-sms')).toEqual([]);
  });

  it("finds files that contain a type, except in the plugin's folder, tests, documentation and brand files", () => {
    const root = tree({
      'plugins/acme-sms/index.ts': "type: 'acme-sms'",
      'plugins/other/index.ts': '// as acme-sms does it',
      'libs/core/src/a.ts': "if (type === 'acme-sms') return;",
      'libs/core/src/a.spec.ts': "type: 'acme-sms'",
      'libs/core/src/b.ts': "kind: 'acme-sms-extra', category: 'hook'",
      'apps/hub/src/c.ts': "if (destination.type === 'hook') return;",
      'config/brands/acme.yaml': 'type: acme-sms',
      'config/patchbay.yaml': 'type: hook',
      'docs/guide.yaml': 'type: acme-sms',
    });
    expect(filesThatName(root, ['acme-sms', 'hook'])).toEqual([
      'apps/hub/src/c.ts names hook',
      'config/patchbay.yaml names hook',
      'libs/core/src/a.ts names acme-sms',
      'plugins/other/index.ts names acme-sms',
    ]);
  });
});
