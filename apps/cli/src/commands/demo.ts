import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { checkNeededFiles } from '../demo/needed-files.js';
import { ROOT } from '../demo/repository.js';
import { Reporter } from '../output/reporter.js';
import { withStopSignal } from './stop-signal.js';
import { wholeNumber } from './whole-number.js';

/** Adds the command `patchbay demo [--once] [--port <port>]`. */
export function addDemo(program: Command, context: CliContext): void {
  program
    .command('demo')
    .option('--once', 'stop after the first round; exit with 0 if every expected message arrived')
    .option('--port <port>', 'port of the hub on 127.0.0.1 (default: 3000, or a free port)', wholeNumber(0, 65_535))
    .option('--json', 'print one JSON document after the round')
    .description('Start a hub with sandboxes of the vendors, send events and print the messages that arrive.')
    .action(async (options: { once?: boolean; port?: number; json?: boolean }) => {
      const reporter = new Reporter(context, options.json === true);
      const onStop = (): void => {
        reporter.line(reporter.paint.dim('Stopping …'));
      };
      await withStopSignal(onStop, async (signal) => {
        try {
          checkNeededFiles(ROOT);
          // This module is imported on demand, because it loads the examples and the testing library, which no other
          // command needs.
          const { runDemo } = await import('../demo/run-demo.js');
          await runDemo(context, reporter, { once: options.once === true, port: options.port, signal });
        } catch (error) {
          if (!signal.aborted || error instanceof CliError) throw error;
          if (options.once === true)
            throw new CliError('The demo was stopped before all of its messages arrived. Start it again.');
        }
      });
    });
}
