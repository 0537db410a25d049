import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Adds the command `patchbay rotate-callback <brand>/<destination>`. */
export function addRotateCallback(program: Command, context: CliContext): void {
  program
    .command('rotate-callback')
    .argument('<brand/destination>', 'e.g. acme/sms')
    .option('--json', 'print one JSON document')
    .description('Replace the status callback URL of a destination. The previous URL stays valid for 7 days.')
    .action(async (target: string, { json = false }: { json?: boolean }) => {
      const { brand, name } = splitName(target, 'destination');
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(
        apiPath('/v1/brands/{brand}/destinations/{name}/rotate-callback', { brand, name }),
      );
      reporter.document(answer);
      const url = textAt(answer, 'callbackUrl');
      reporter.line(`${reporter.paint.good('Rotated')}: ${target} has a new callback URL.`);
      reporter.line(url === undefined ? 'Set PATCHBAY_PUBLIC_URL of the hub to see the URL.' : `  ${printable(url)}`);
      reporter.line(
        `Set it in the vendor's console. The previous URL is valid until ${printable(textAt(answer, 'previousValidUntil') ?? '?')}.`,
      );
    });
}
