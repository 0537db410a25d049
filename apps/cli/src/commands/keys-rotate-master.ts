import type { Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';

const STEPS = `
While the hub runs:
  1. Make a new key:              openssl rand -base64 32
  2. Restart every process with   PATCHBAY_MASTER_KEY=<the new key>
                                  PATCHBAY_MASTER_KEY_PREVIOUS=<the present key>
     one after another: those that know the present key only go on meanwhile.
  3. patchbay keys rotate-master  wraps every data key by the new one, in one transaction.
  4. Take PATCHBAY_MASTER_KEY_PREVIOUS away at the next restart, and keep the old key with the backups that need it.

In embedded mode the hub makes the new key itself: only step 3.`;

/** `patchbay keys rotate-master` */
export function addKeysRotateMaster(keys: Command, context: CliContext): void {
  keys
    .command('rotate-master')
    .option('--json', 'answer with one JSON document')
    .description('Replace the master key. Nothing that is sealed is touched; its data keys are wrapped anew.')
    .addHelpText('after', STEPS)
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).post('/v1/keys/rotate-master');
      reporter.document(answer);
      const id = textAt(answer, 'masterKeyId') ?? '?';
      const count = typeof answer['dataKeys'] === 'number' ? answer['dataKeys'] : 0;
      if (count === 0) reporter.line(`Nothing to do: everything is wrapped by the master key ${id} already.`);
      else
        reporter.line(`${reporter.paint.good('Rotated')}: ${count} data keys are wrapped by the master key ${id} now.`);
      reporter.line('PATCHBAY_MASTER_KEY_PREVIOUS may go at the next restart of each process.');
    });
}
