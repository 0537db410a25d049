import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';

/** Adds the command `patchbay keys revoke <id>`. */
export function addKeysRevoke(keys: Command, context: CliContext): void {
  keys
    .command('revoke')
    .argument('<id>', 'id from `patchbay keys list`')
    .option('--json', 'print one JSON document')
    .description('Revoke an API key. The hub rejects it from then on.')
    .action(async (id: string, { json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      await new HubClient(hubAddress(context.env)).delete(apiPath('/v1/keys/{id}', { id }));
      reporter.document({ id, revoked: true });
      reporter.line(`${reporter.paint.good('Revoked')} ${id}.`);
    });
}
