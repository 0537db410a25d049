import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ROOT } from '../demo/repository.js';
import { Reporter } from '../output/reporter.js';
import { inferCategory } from '../scaffold/infer-category.js';
import { packageFiles } from '../scaffold/package-files.js';
import { planPlugin } from '../scaffold/plan-plugin.js';
import { pluginNames } from '../scaffold/plugin-names.js';
import { isPluginsFolder, readTemplates, writePlugin } from '../scaffold/write-plugin.js';

/** Adds the command `patchbay plugin new <type>`. */
export function addPluginNew(plugin: Command, context: CliContext): void {
  plugin
    .command('new')
    .argument('<type>', 'the destination type, vendor first, e.g. acme-sms')
    .option(
      '--category <category>',
      'webhook, survey, commerce, sms, email, push, whatsapp or another word (default: the last word of the type)',
    )
    .option('--into <folder>', 'folder for the plugin; outside Patchbay, the plugin becomes an npm package', 'plugins')
    .option('--json', 'print one JSON document')
    .description('Create a working plugin with passing tests, as a starting point for your own.')
    .action(async (type: string, options: { category?: string; into: string; json?: boolean }) => {
      const reporter = new Reporter(context, options.json ?? false);
      const names = pluginNames(type);
      const templates = await readTemplates();
      const own = planPlugin(names, inferCategory(type, options.category), templates);
      const isInside = await isPluginsFolder(options.into);
      const files = new Map([...own, ...(isInside ? [] : await packageFiles(ROOT, names, templates))]);
      const folder = await writePlugin(options.into, type, files);
      reporter.document({ type, folder, files: [...files.keys()] });
      reporter.line(`${reporter.paint.good('written')}  ${folder}: ${[...files.keys()].join(', ')}`);
      reporter.line();
      reporter.line(
        `${isInside ? `npm test -- ${folder}` : `cd ${folder} && npm install && npm test`}   passes now: it runs against the sandbox of an invented vendor.`,
      );
      reporter.line(
        'Next, write sandbox.ts from the vendor’s documentation, then change index.ts until the tests pass again.',
      );
      reporter.line('docs/plugin-guide.md describes each step.');
    });
}
