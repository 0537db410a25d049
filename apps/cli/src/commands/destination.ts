import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Adds the commands `patchbay destination …`. */
export function addDestination(program: Command, context: CliContext): void {
  const destination = program
    .command('destination')
    .description('Connect a destination to an account at its vendor by OAuth, or disconnect it.');
  addConnect(destination, context);
  addDisconnect(destination, context);
}

function addConnect(destination: Command, context: CliContext): void {
  destination
    .command('connect')
    .argument('<brand/destination>', 'e.g. acme/crm')
    .option('--json', 'print one JSON document')
    .description('Print the page of the vendor at which a person connects the destination.')
    .action(async (target: string, { json = false }: { readonly json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).post(
        apiPath('/v1/brands/{brand}/destinations/{name}/oauth/connect', splitName(target, 'destination')),
      );
      reporter.document(answer);
      reporter.line(`Open this page in a browser until ${printable(textAt(answer, 'expiresAt') ?? '?')}:`);
      reporter.line(`  ${printable(textAt(answer, 'authorizeUrl') ?? '')}`);
      reporter.line('Then run `patchbay verify` for the destination.');
    });
}

function addDisconnect(destination: Command, context: CliContext): void {
  destination
    .command('disconnect')
    .argument('<brand/destination>', 'e.g. acme/crm')
    .option('--json', 'print one JSON document')
    .description('Delete the tokens of a destination. Its deliveries are held until it is connected again.')
    .action(async (target: string, { json = false }: { readonly json?: boolean }) => {
      const reporter = new Reporter(context, json);
      await new HubClient(hubAddress(context.env)).delete(
        apiPath('/v1/brands/{brand}/destinations/{name}/oauth', splitName(target, 'destination')),
      );
      reporter.document({ disconnected: target });
      reporter.line(`${reporter.paint.good('Disconnected')}: ${target}. Withdraw the access at the vendor, too.`);
    });
}
