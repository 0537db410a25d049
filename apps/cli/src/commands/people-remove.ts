import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { requireConfirmation } from './confirm.js';

interface RemoveOptions {
  readonly erase?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Adds the command `patchbay people remove <id>`. */
export function addPeopleRemove(people: Command, context: CliContext): void {
  people
    .command('remove')
    .argument('<id>', 'id from `patchbay people list`')
    .option(
      '--erase',
      'also delete the name, so that the audit log shows only the id, and forget the removal; this cannot be undone',
    )
    .option('--yes', 'erase without asking')
    .option('--json', 'print one JSON document')
    .description(
      'End the sessions of a person, and refuse the person from then on. The audit log keeps the name. With --erase, a ' +
        'valid access token or sign-in is accepted as a new person: remove the account or its groups at the provider first.',
    )
    .action((id: string, options: RemoveOptions) => remove(context, id, options));
}

async function remove(context: CliContext, id: string, options: RemoveOptions): Promise<void> {
  const { erase = false, json = false } = options;
  const reporter = new Reporter(context, json);
  if (erase)
    await requireConfirmation(context, options, {
      question:
        'Remove the account or its groups at the identity provider first. The hub also forgets that the person was ' +
        `removed, and then accepts a valid access token or sign-in as a new person. Erase ${id}?`,
      refused: 'Nothing was erased',
      hint: 'Repeat the command with --yes.',
    });
  await new HubClient(hubAddress(context.env)).delete(
    apiPath('/v1/people/{id}', { id }),
    erase ? { erase: 'true' } : {},
  );
  reporter.document({ id, removed: true, erased: erase });
  reporter.line(`${reporter.paint.good(erase ? 'Erased' : 'Removed')} ${id}.`);
  if (erase) reporter.line('The hub accepts a valid access token or sign-in of this account as a new person.');
}
