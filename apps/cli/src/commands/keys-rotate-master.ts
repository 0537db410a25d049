import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';

const STEPS = `
The hub keeps running during these steps:
  1. Generate a new key:          openssl rand -base64 32
  2. Restart every process, one after another, with
                                  PATCHBAY_MASTER_KEY=<the new key>
                                  PATCHBAY_MASTER_KEY_PREVIOUS=<the current key>
     Processes that have only the current key keep working.
  3. Run this command:            patchbay keys rotate-master
     It wraps every data key with the new key, in one transaction.
  4. Remove PATCHBAY_MASTER_KEY_PREVIOUS at the next restart. Keep the old key with the backups that need it.

In embedded mode the hub generates the new key itself, so only step 3 is needed.`;

/** Adds the command `patchbay keys rotate-master`. */
export function addKeysRotateMaster(keys: Command, context: CliContext): void {
  keys
    .command('rotate-master')
    .option('--json', 'print one JSON document')
    .description('Replace the master key. Data keys are wrapped again; the data sealed with them does not change.')
    .addHelpText('after', STEPS)
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).post(apiPath('/v1/keys/rotate-master'));
      reporter.document(answer);
      const id = textAt(answer, 'masterKeyId') ?? '?';
      const count = typeof answer['dataKeys'] === 'number' ? answer['dataKeys'] : 0;
      if (count === 0) reporter.line(`Nothing to do: every data key is already wrapped with the master key ${id}.`);
      else
        reporter.line(
          `${reporter.paint.good('Rotated')}: ${count} data keys are now wrapped with the master key ${id}.`,
        );
      reporter.line('Remove PATCHBAY_MASTER_KEY_PREVIOUS at the next restart of each process.');
    });
}
