import { SUPPRESSION_REASONS } from '@patchbay/core';
import { ADDRESS_KINDS, MESSAGING_CHANNELS } from '@patchbay/plugin-sdk';
import { Option, type Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

interface AddOptions {
  readonly reason?: string;
  readonly channel?: string;
  readonly purpose?: string;
  readonly sender?: string;
  readonly note?: string;
  readonly json?: boolean;
}

/** Adds the command `patchbay suppressions add <brand> <kind> <address>`. */
export function addSuppressionsAdd(suppressions: Command, context: CliContext): void {
  suppressions
    .command('add')
    .argument('<brand>', 'name of the brand')
    .argument('<kind>', `kind of the address: ${ADDRESS_KINDS.join(', ')}`)
    .argument('<address>', 'e-mail address, telephone number or push token')
    .addOption(new Option('--reason <reason>', 'default: manual').choices(SUPPRESSION_REASONS))
    .addOption(new Option('--channel <channel>', 'only messages of this channel').choices(MESSAGING_CHANNELS))
    .addOption(new Option('--purpose <purpose>', 'only promotional messages').choices(['promotional']))
    .option('--sender <destination>', 'only messages of this destination')
    .option('--note <text>', 'reason in words, without personal data')
    .option('--json', 'print one JSON document')
    .description('Stop messages to an address.')
    .action(async (brand: string, kind: string, address: string, { json = false, ...scope }: AddOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/suppressions', { brand: brandName(brand) });
      const answer = await client.post(path, { suppressions: [{ kind, address, ...scope }] });
      reporter.document(answer);
      reporter.line(answer.added === 0 ? 'The address was already on the list.' : 'The address is on the list now.');
    });
}
