import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DELIVERY_ERROR_KINDS, MESSAGING_CHANNELS, VENDOR_STATUSES, FIELD_FORMATS } from '@patchbay/plugin-sdk';
import { ROOT } from '../demo/repository.js';
import { guideBlocks } from '../testing/guide-blocks.js';
import { PluginWorkshop } from '../testing/plugin-workshop.js';
import { runCli } from '../testing/run-cli.js';

const read = (...path: string[]) => readFile(join(ROOT, ...path), 'utf8');
const guide = await read('docs', 'plugin-guide.md');
const blocks = guideBlocks(guide);

// `scaffold-tools.kit-spec.ts` follows the steps of the guide.
describe('docs/plugin-guide.md', () => {
  let workshop: PluginWorkshop;
  let folder: string;

  beforeAll(async () => {
    workshop = await PluginWorkshop.open();
    folder = join(workshop.plugins, 'acme-sms');
  });
  afterAll(async () => {
    await workshop.close();
  });

  it('labels every code block', () => {
    const unlabelled = blocks.filter(({ language, does }) => language !== 'sh' && does === '');
    expect(unlabelled.map(({ line }) => `line ${line}`)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(15);
  });

  it('names only existing commands', async () => {
    const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
    const scripts = (JSON.parse(await read('package.json')) as { scripts: Record<string, string> }).scripts;
    for (const line of lines) {
      const [tool = '', first = '', second = '', ...rest] = line.split(' ');
      if (tool === 'npx' && second === 'plugin') {
        const words = [second, ...rest];
        expect(await runCli([...words, '--into', workshop.plugins])).toMatchObject({ code: 0, err: '' });
      } else if (tool === 'npx') expect((await runCli([second, '--help'])).code).toBe(0);
      else expect(scripts).toHaveProperty(first === 'run' ? second : first);
    }
  });

  const excerpts = blocks.filter(({ does }) => does.startsWith('excerpt '));
  it.each(excerpts.map((block) => [block.does, block] as const))(
    'shows the content of the file: %s',
    async (does, { text }) => {
      const file = await readFile(join(folder, does.replace('excerpt ', '')), 'utf8');
      expect(file).toContain(text);
    },
  );

  it('shows the package that the tests install', async () => {
    const [block] = blocks.filter(({ does }) => does === 'package');
    const shown = JSON.parse(block?.text ?? '{}') as object;
    expect(JSON.parse(await read('test', 'fixtures', 'npm-plugin', 'package.json'))).toMatchObject(shown);
  });
});

describe('docs/plugin-guide.md, the reference', () => {
  const named = (name: string) => new RegExp(`\`[^\`\n]*\\b${name}\\b[^\`\n]*\``).test(guide);

  it.each([
    ['destination.ts', 'DestinationBase'],
    ['destination.ts', 'DestinationAction'],
    ['destination.ts', 'DestinationContext'],
    ['destination.ts', 'DestinationLimits'],
    ['field/field-options.ts', 'FieldOptions'],
  ])('names every member of %s, %s', async (file, name) => {
    const source = await read('libs', 'plugin-sdk', 'src', file);
    const [, body = ''] = new RegExp(`interface ${name}\\b[^{]*\\{\n(.*?)^\\}`, 'ms').exec(source) ?? [];
    const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(<]/gm)].map(([, member = '']) => member);
    expect(members.length).toBeGreaterThan(2);
    expect(members.filter((member) => !named(member))).toEqual([]);
  });

  it('names every kind of error, status, channel and format', () => {
    const names = [...DELIVERY_ERROR_KINDS, ...VENDOR_STATUSES, ...MESSAGING_CHANNELS, ...Object.keys(FIELD_FORMATS)];
    expect(names.filter((name) => !named(name))).toEqual([]);
  });
});
