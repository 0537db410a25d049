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
    .option('--erase', 'also delete the name, so that the audit log shows only the id; this cannot be undone')
    .option('--yes', 'erase without asking')
    .option('--json', 'print one JSON document')
    .description('End the sessions of a person, and refuse the person from then on. The audit log keeps the name.')
    .action((id: string, options: RemoveOptions) => remove(context, id, options));
}

async function remove(context: CliContext, id: string, options: RemoveOptions): Promise<void> {
  const { erase = false, json = false } = options;
  const reporter = new Reporter(context, json);
  if (erase)
    await requireConfirmation(context, options, {
      question: `Erase the name of ${id} from all records?`,
      refused: 'Nothing was removed',
      hint: 'Repeat the command with --yes.',
    });
  await new HubClient(hubAddress(context.env)).delete(
    apiPath('/v1/people/{id}', { id }),
    erase ? { erase: 'true' } : {},
  );
  reporter.document({ id, removed: true, erased: erase });
  reporter.line(`${reporter.paint.good(erase ? 'Removed and erased' : 'Removed')} ${id}.`);
}
