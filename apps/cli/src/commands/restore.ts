import type { Command } from 'commander';
import { readConfirm } from '../api/change-confirmation.js';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { numberAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { readVersion, splitName } from './resource-names.js';

/** Adds the command `patchbay restore <brand>/<subscription> <version>`. */
export function addRestore(program: Command, context: CliContext): void {
  program
    .command('restore')
    .argument('<brand/subscription>', 'e.g. acme/points-sms')
    .argument('<version>', 'number of a version, see patchbay versions', readVersion)
    .option('--confirm <count>', 'maximum number of waiting deliveries that the change may end', readConfirm)
    .option('--json', 'print one JSON document')
    .description('Make a new version of a subscription with the content of an earlier one.')
    .action(
      async (target: string, version: number, { confirm, json = false }: { confirm?: number; json?: boolean }) => {
        const { brand, name } = splitName(target, 'subscription');
        const reporter = new Reporter(context, json);
        const client = new HubClient(hubAddress(context.env));
        const path = apiPath('/v1/brands/{brand}/subscriptions/{name}/versions/{version}/restore', {
          brand,
          name,
          version,
        });
        const query = { atMost: confirm === undefined ? undefined : String(confirm) };
        const answer = await client.post(path, {}, { query });
        reporter.document(answer);
        reporter.line(
          `${reporter.paint.good('Restored')}: ${target} has the content of version ${version}, as version ` +
            `${numberAt(answer, 'version')}.`,
        );
      },
    );
}
