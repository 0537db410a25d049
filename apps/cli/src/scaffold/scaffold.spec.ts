import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../testing/run-cli.js';
import { PluginWorkshop } from '../testing/plugin-workshop.js';
import { SCAFFOLD_CATEGORIES } from './category-parts.js';

describe('patchbay plugin new', () => {
  let workshop: PluginWorkshop;

  beforeAll(async () => {
    workshop = await PluginWorkshop.open();
  });
  afterAll(async () => {
    await workshop.close();
  });

  const create = (...args: string[]) => runCli(['plugin', 'new', ...args, '--into', workshop.plugins]);

  it.each(SCAFFOLD_CATEGORIES.map((category) => [category]))('writes all files of a plugin: %s', async (category) => {
    const type = `acme-loyal-${category}`;
    const run = await create(type, '--json');
    expect(run).toMatchObject({ code: 0, err: '' });
    const files = await readdir(join(workshop.plugins, type), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining(['index.ts', 'sandbox.ts', `${type}.spec.ts`, 'README.md', 'logo.svg', 'mappings']),
    );
    expect((JSON.parse(run.out) as { files: string[] }).files.every((file) => files.includes(file))).toBe(true);
    for (const file of files.filter((name) => name.includes('.'))) {
      expect(await readFile(join(workshop.plugins, type, file), 'utf8')).not.toMatch(/__\w+__/);
    }
  });

  it.each([
    ['sms', 'body'],
    ['email', 'text'],
    ['push', 'body'],
  ])('writes a sandbox whose inbox shows the customer text: %s', async (category, field) => {
    const sandbox = await readFile(join(workshop.plugins, `acme-loyal-${category}`, 'sandbox.ts'), 'utf8');
    expect(sandbox).toContain(`text: typeof ${field} === 'string' ? ${field} : '',`);
  });

  it('uses --category if the type does not end with a category', async () => {
    expect(await create('acme-bells', '--category', 'push')).toMatchObject({ code: 0, err: '' });
    const index = await readFile(join(workshop.plugins, 'acme-bells', 'index.ts'), 'utf8');
    expect(index).toContain("category: 'push'");
    expect(index).toContain("label: 'Acme Bells'");
  });

  it('writes a plugin of any other category, which sends a record', async () => {
    expect(await create('acme-crm')).toMatchObject({ code: 0, err: '' });
    const index = await readFile(join(workshop.plugins, 'acme-crm', 'index.ts'), 'utf8');
    expect(index).toContain("category: 'crm',\n  messaging: null,");
    expect(index).toContain('record: message.record');
  });

  it('does not overwrite an existing plugin', async () => {
    const before = await readFile(join(workshop.plugins, 'acme-loyal-sms', 'index.ts'), 'utf8');
    const run = await create('acme-loyal-sms');
    expect(run.code).toBe(1);
    expect(run.err).toContain('already exists');
    expect(await readFile(join(workshop.plugins, 'acme-loyal-sms', 'index.ts'), 'utf8')).toBe(before);
  });

  it.each([
    [['Acme_sms']],
    [['../acme-sms']],
    [['sms/../../x']],
    [['']],
    [[`${'a'.repeat(65)}-sms`]],
    [['acme']],
    [['acme-sms', '--category', 'Fax!']],
  ])('rejects %j with a hint', async (args) => {
    const run = await create(...args);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(/^error: .+\n.+/);
  });

  it('rejects a missing plugin folder with a hint', async () => {
    const run = await runCli(['plugin', 'new', 'acme-sms', '--into', join(workshop.root, 'nowhere')]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toContain('--into');
  });
});
