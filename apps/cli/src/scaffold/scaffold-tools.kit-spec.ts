import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../demo/repository.js';
import { guideBlocks, withDiff, type GuideBlock } from '../testing/guide-blocks.js';
import { PluginWorkshop } from '../testing/plugin-workshop.js';
import { runCli } from '../testing/run-cli.js';
import { SCAFFOLD_CATEGORIES } from './category-parts.js';

/** Plugin that docs/plugin-guide.md writes. */
const GUIDE_TYPE = 'acme-sms';
const scaffolded = SCAFFOLD_CATEGORIES.map((category) => `acme-loyal-${category}`);

describe('plugins that `patchbay plugin new` and docs/plugin-guide.md write', () => {
  let workshop: PluginWorkshop;

  beforeAll(async () => {
    workshop = await PluginWorkshop.open();
    for (const type of [...scaffolded, GUIDE_TYPE]) {
      expect(await runCli(['plugin', 'new', type, '--into', workshop.plugins])).toMatchObject({ code: 0, err: '' });
    }
    const guide = await readFile(join(ROOT, 'docs', 'plugin-guide.md'), 'utf8');
    for (const block of guideBlocks(guide)) await follow(join(workshop.plugins, GUIDE_TYPE), block);
  });
  afterAll(async () => {
    await workshop.close();
  });

  it('pass their tests', async () => {
    const { code, output } = await workshop.test();
    expect({ code, failed: code === 0 ? '' : output }).toEqual({ code: 0, failed: '' });
    for (const type of [...scaffolded, GUIDE_TYPE]) expect(output).toMatch(new RegExp(`PASS .*${type}\\.spec\\.ts`));
  });

  it.each(['compile', 'lint', 'format'] as const)('pass: %s', async (tool) => {
    const { code, output } = await workshop[tool]();
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  });

  it('include a plugin with the tests that the guide adds', async () => {
    const { output } = await workshop.test(GUIDE_TYPE);
    for (const name of ['400 no_credits', 'accepts and parses: DELIVERED', 'refuses forged calls']) {
      expect(output).toContain(`✓ ${name}`);
    }
  });
});

/** Applies a block of the guide that writes or changes a file. Ignores other blocks. */
async function follow(folder: string, { does, text }: GuideBlock): Promise<void> {
  const [verb, file = ''] = does.split(' ');
  const path = join(folder, file);
  if (verb === 'write') await writeFile(path, text);
  if (verb === 'change') await writeFile(path, withDiff(await readFile(path, 'utf8'), text));
}
