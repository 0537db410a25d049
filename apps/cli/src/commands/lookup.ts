import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';

const COLUMNS = ['kind', 'id', 'matchedBy', 'label', 'at'] as const;

/** Adds the command `patchbay lookup <brand> <id>`. */
export function addLookup(program: Command, context: CliContext): void {
  program
    .command('lookup')
    .argument('<brand>', 'name of the brand')
    .argument('<id>', "id of an event, delivery, replay or customer, a sender's event id, or a vendor's message id")
    .option('--json', 'print one JSON document')
    .description('Find what an id belongs to.')
    .action(async (brand: string, id: string, { json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.get(apiPath('/v1/brands/{brand}/lookup', { brand: brandName(brand) }), { id });
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').map((found) => COLUMNS.map((name) => textAt(found, name) ?? ''));
      if (rows.length > 0) reporter.line(formatTable(['KIND', 'ID', 'MATCHED BY', 'WHAT', 'TIME'], rows));
      else reporter.line('Nothing in this brand has the id.');
      if (answer.complete === false) reporter.line('Older events were not searched.');
    });
}
