import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { inferCategory } from '../scaffold/infer-category.js';
import { planPlugin } from '../scaffold/plan-plugin.js';
import { pluginNames } from '../scaffold/plugin-names.js';
import { readTemplates, writePlugin } from '../scaffold/write-plugin.js';

/** `patchbay plugin new <type>` */
export function addPlugin(program: Command, context: CliContext): void {
  const plugin = program.command('plugin').description('Write plugins: the folders that provide destination types.');
  plugin
    .command('new')
    .argument('<type>', 'the destination type, vendor first: acme-sms')
    .option(
      '--category <category>',
      'webhook, survey, commerce, sms, email or push; left out: the last word of the type',
    )
    .option('--into <folder>', 'the folder of plugins', 'plugins')
    .option('--json', 'answer with one JSON document')
    .description('Write a new plugin that works, with tests that pass: the start of one of your own.')
    .action(async (type: string, options: { category?: string; into: string; json?: boolean }) => {
      const reporter = new Reporter(context, options.json ?? false);
      const names = pluginNames(type);
      const files = planPlugin(names, inferCategory(type, options.category), await readTemplates());
      const folder = await writePlugin(options.into, type, files);
      reporter.document({ type, folder, files: [...files.keys()] });
      reporter.line(`${reporter.paint.good('written')}  ${folder}: ${[...files.keys()].join(', ')}`);
      reporter.line();
      reporter.line(`npm test -- ${folder}   passes now, against an invented vendor.`);
      reporter.line('Then write sandbox.ts from the vendor’s documentation, and index.ts until the test passes again.');
      reporter.line('docs/plugin-guide.md walks through it.');
    });
}
