import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { Reporter } from '../output/reporter.js';
import { withStopSignal } from './stop-signal.js';
import { wholeNumber } from './whole-number.js';

/** Adds the command `patchbay plugin dev <folder>`. */
export function addPluginDev(plugin: Command, context: CliContext): void {
  plugin
    .command('dev')
    .argument('<folder>', 'folder of the plugin, e.g. plugins/acme-sms')
    .option('--event <event.json>', 'an event as its source sends it, instead of a sample')
    .option('--port <port>', 'port of the hub on 127.0.0.1 (default: 3000, or a free port)', wholeNumber(0, 65_535))
    .description(
      'Run a plugin with its sandbox and a hub, and load it again when a file changes. Each Enter sends an event and ' +
        'shows the message, the request, the answer and the outcome. Ends with Ctrl-C.',
    )
    .action(async (folder: string, { event, port }: { event?: string; port?: number }) => {
      const reporter = new Reporter(context, false);
      const onStop = (): void => {
        reporter.line(reporter.paint.dim('Stopping …'));
      };
      await withStopSignal(onStop, async (signal) => {
        try {
          // This module is imported on demand, because it loads the testing library.
          const { runPluginDev } = await import('../plugin-dev/run-plugin-dev.js');
          await runPluginDev(context, reporter, { folder, event, port, signal });
        } catch (error) {
          if (!signal.aborted || error instanceof CliError) throw error;
        }
      });
    });
}
