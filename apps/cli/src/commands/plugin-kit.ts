import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ROOT } from '../demo/repository.js';
import { packKit } from '../kit/pack-kit.js';
import { Reporter } from '../output/reporter.js';

/** Adds the command `patchbay plugin kit <folder>`. */
export function addPluginKit(plugin: Command, context: CliContext): void {
  plugin
    .command('kit')
    .argument('<folder>', 'folder for the archives')
    .option('--json', 'print one JSON document')
    .description('Pack the SDK and the test kit as npm archives, for plugins outside this repository.')
    .action(async (folder: string, { json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const archives = await packKit(ROOT, folder);
      reporter.document({ folder, archives });
      for (const { name, version, file } of archives)
        reporter.line(`${reporter.paint.good('packed')}  ${name} ${version}: ${file}`);
    });
}
