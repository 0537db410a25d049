import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { BUILT_PLUGINS } from '../demo/repository.js';
import { Reporter } from '../output/reporter.js';
import { withStopSignal } from './stop-signal.js';
import { wholeNumber } from './whole-number.js';

/** Adds the command `patchbay sandbox [types…]`. */
export function addSandbox(program: Command, context: CliContext): void {
  program
    .command('sandbox')
    .argument('[types...]', 'destination types to print (default: all)')
    .option('--port <port>', 'port on 127.0.0.1 (default: 3001, or a free port)', wholeNumber(0, 65_535))
    .option('--json', 'print one JSON document')
    .description('Run local fakes of all vendors, and print how a destination reaches each of them. Ends with Ctrl-C.')
    .action(async (types: string[], { port, json = false }: { port?: number; json?: boolean }) => {
      // This module is imported on demand, because it loads the testing library.
      const { runSandboxes } = await import('../sandbox/run-sandboxes.js');
      const reporter = new Reporter(context, json);
      await withStopSignal(
        () => undefined,
        (signal) => runSandboxes(reporter, { pluginsDir: BUILT_PLUGINS, types, port, signal }),
      );
    });
}
