import type { Command } from 'commander';
import { consoleLink } from '../api/console-link.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';

/** Adds the command `patchbay console`. */
export function addConsole(program: Command, context: CliContext): void {
  program
    .command('console')
    .option('--json', 'print one JSON document')
    .description(
      'Print a link that opens the console signed in with your key. It works once, and only on the machine of the hub. ' +
        'A hub whose public URL is not a loopback address makes none.',
    )
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const link = await consoleLink(new HubClient(hubAddress(context.env)));
      reporter.document({ ...link });
      reporter.line(printable(link.url));
      reporter.line(reporter.paint.dim(`valid once, until ${printable(link.expiresAt)}`));
    });
}
