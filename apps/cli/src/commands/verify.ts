import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Adds the command `patchbay verify <brand>/<destination>`. */
export function addVerify(program: Command, context: CliContext): void {
  program
    .command('verify')
    .argument('<brand/destination>', 'e.g. acme/sms')
    .option('--json', 'print one JSON document')
    .description('Check the credentials of a destination without sending a message.')
    .action(async (target: string, { json = false }: { json?: boolean }) => {
      const { brand, name } = splitName(target, 'destination');
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(apiPath('/v1/brands/{brand}/destinations/{name}/verify', { brand, name }));
      reporter.document(answer);
      const message = printable(textAt(answer, 'message') ?? textAt(answer, 'detail') ?? '');
      if (answer.ok !== true) {
        throw new CliError(
          `Verification of ${target} failed: ${message === '' ? 'the vendor rejected the credentials' : message}`,
        );
      }
      reporter.line(`${reporter.paint.good('ok')}  ${target} works${message === '' ? '' : `: ${message}`}`);
      for (const warning of textsAt(answer, 'warnings')) {
        reporter.line(`${reporter.paint.warn('warning')}  ${printable(warning)}`);
      }
    });
}
