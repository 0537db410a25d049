import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { numberAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';

/** Adds the commands `patchbay schema status` and `patchbay schema contract`. */
export function addSchema(program: Command, context: CliContext): void {
  const schema = program.command('schema').description('Show the database schema, or end an upgrade.');
  schema
    .command('status')
    .option('--json', 'print one JSON document')
    .description('Show the schema numbers, the contracting migrations and the processes of older versions.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const state = await new HubClient(hubAddress(context.env)).get(apiPath('/v1/schema'));
      reporter.document(state);
      reporter.line(`this version   ${numberAt(state, 'schemaNumber')}`);
      reporter.line(`newest         ${numberAt(state, 'newest')}`);
      reporter.line(`oldest         ${numberAt(state, 'oldest')}`);
      for (const name of textsAt(state, 'contracting')) reporter.line(`contracting    ${printable(name)}`);
      for (const older of objectsAt(state, 'olderProcesses'))
        reporter.line(
          `older process  ${printable(textAt(older, 'address') ?? 'this machine')}, schema number ` +
            `${numberAt(older, 'schemaNumber')}, since ${printable(textAt(older, 'connectedAt') ?? '?')}`,
        );
    });
  schema
    .command('contract')
    .option('--json', 'print one JSON document')
    .description('End an upgrade: remove what only older versions need. Afterwards, older versions refuse to start.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).post(apiPath('/v1/schema/contract'));
      reporter.document(answer);
      const ran = textsAt(answer, 'migrations');
      if (ran.length === 0) reporter.line('Nothing to do: all contracting migrations have run before.');
      for (const name of ran) reporter.line(`${reporter.paint.good('ran')}  ${printable(name)}`);
    });
}
