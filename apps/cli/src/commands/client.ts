import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { ROOT } from '../demo/repository.js';
import { CLIENT_PACKAGE } from '../kit/kit-packages.js';
import { packLibrary } from '../kit/pack-kit.js';
import { Reporter } from '../output/reporter.js';

/** Adds the command `patchbay client pack <folder>`. */
export function addClient(program: Command, context: CliContext): void {
  program
    .command('client')
    .description('Get the typed client of the API for programs of your own.')
    .command('pack')
    .argument('<folder>', 'folder for the archive')
    .option('--json', 'print one JSON document')
    .description('Pack @patchbay/client as an npm archive, for programs outside this repository.')
    .action(async (folder: string, { json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const archive = await packLibrary(ROOT, CLIENT_PACKAGE, folder);
      reporter.document({ folder, ...archive });
      reporter.line(`${reporter.paint.good('packed')}  ${archive.name} ${archive.version}: ${archive.file}`);
    });
}
