import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DELIVERY_ERROR_KINDS, MESSAGING_CHANNELS, VENDOR_STATUSES, FIELD_FORMATS } from '@patchbay/plugin-sdk';
import { ROOT } from '../demo/repository.js';
import { guideBlocks, withDiff, type GuideBlock } from '../testing/guide-blocks.js';
import { PluginWorkshop } from '../testing/plugin-workshop.js';
import { runCli } from '../testing/run-cli.js';

const TOOL_LIMIT_MS = 240_000;

const read = (...path: string[]) => readFile(join(ROOT, ...path), 'utf8');
const guide = await read('docs', 'plugin-guide.md');
const blocks = guideBlocks(guide);

describe('docs/plugin-guide.md, all steps executed', () => {
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

  it(
    'results in a plugin that passes its tests, the compiler, the linter and the formatter',
    async () => {
      for (const block of blocks) await follow(folder, block);
      const { code, output } = await workshop.test();
      expect({ code, failed: code === 0 ? '' : output }).toEqual({ code: 0, failed: '' });
      for (const name of ['400 no_credits', 'accepts and parses: DELIVERED', 'refuses forged calls']) {
        expect(output).toContain(`✓ ${name}`);
      }
      for (const tool of [workshop.compile, workshop.lint, workshop.format]) {
        const ended = await tool.call(workshop);
        expect({ code: ended.code, output: ended.code === 0 ? '' : ended.output }).toEqual({ code: 0, output: '' });
      }
    },
    TOOL_LIMIT_MS,
  );
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

/** Applies a block of the guide that writes or changes a file. Ignores other blocks. */
async function follow(folder: string, { does, text }: GuideBlock): Promise<void> {
  const [verb, file = ''] = does.split(' ');
  const path = join(folder, file);
  if (verb === 'write') await writeFile(path, text);
  if (verb === 'change') await writeFile(path, withDiff(await readFile(path, 'utf8'), text));
}
