import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';

/** Adds the command `patchbay people restore <id>`. */
export function addPeopleRestore(people: Command, context: CliContext): void {
  people
    .command('restore')
    .argument('<id>', 'id from `patchbay people list`')
    .option('--json', 'print one JSON document')
    .description('Let a removed person use the hub again, with the rights of the groups at the identity provider.')
    .action(async (id: string, { json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).post(apiPath('/v1/people/{id}/restore', { id }));
      reporter.document(answer);
      reporter.line(`${reporter.paint.good('Restored')} ${id}.`);
    });
}
