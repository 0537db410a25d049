import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

/** Adds the command `patchbay suppressions remove <brand> <id>`. */
export function addSuppressionsRemove(suppressions: Command, context: CliContext): void {
  suppressions
    .command('remove')
    .argument('<brand>', 'name of the brand')
    .argument('<id>', 'id that `suppressions list` shows')
    .option('--json', 'print one JSON document')
    .description('Allow messages to an address again. Do so only if the customer agreed.')
    .action(async (brand: string, id: string, { json = false }: { readonly json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      await client.delete(apiPath('/v1/brands/{brand}/suppressions/{id}', { brand: brandName(brand), id }));
      reporter.document({ removed: id });
      reporter.line('The suppression is removed.');
    });
}
