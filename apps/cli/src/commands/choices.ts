import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Adds the command `patchbay choices <brand>/<destination> <setting>`. */
export function addChoices(program: Command, context: CliContext): void {
  program
    .command('choices')
    .argument('<brand/destination>', 'e.g. acme/sms')
    .argument('<setting>', 'e.g. from')
    .option('--json', 'print one JSON document')
    .description('List the values that the vendor offers for a setting, such as its senders or templates.')
    .action(async (target: string, setting: string, { json = false }: { json?: boolean }) => {
      const { brand, name } = splitName(target, 'destination');
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/destinations/{name}/choices/{field}', { brand, name, field: setting });
      const answer = await client.post(path);
      reporter.document(answer);
      if (answer.ok !== true) {
        throw new CliError(
          `The vendor did not list the values of ${setting}: ${printable(textAt(answer, 'message') ?? '')}`,
        );
      }
      for (const choice of objectsAt(answer, 'data')) {
        const label = textAt(choice, 'label');
        reporter.line(printable(textAt(choice, 'value') ?? '') + (label === undefined ? '' : `  ${printable(label)}`));
      }
    });
}
