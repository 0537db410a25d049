import { type Command, InvalidArgumentError } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { isJsonObject, objectsAt, textAt } from '../api/json-reading.js';
import { refusalOf } from '../api/refusal.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readInput } from '../files/read-input.js';
import { sourceCredentials } from '../files/source-credentials.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { splitName } from './resource-names.js';

type Headers = Readonly<Record<string, string>>;

/** Adds the command `patchbay send <brand>/<source> <event.json>`. */
export function addSend(program: Command, context: CliContext): void {
  program
    .command('send')
    .argument('<brand/source>', 'e.g. acme/capillary')
    .argument('<event.json>', 'an event or a list of events, as the source sends them; - for standard input')
    .option('--header <name: value>', 'credentials of the source (default: from the brand file)', readHeader)
    .option('--json', 'print one JSON document')
    .description('Send an event to the hub, as the loyalty platform does.')
    .action(async (target: string, file: string, { json = false, header }: { json?: boolean; header?: Headers }) => {
      const { brand, name } = splitName(target, 'source');
      const body = await readInput(context, file);
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const headers = header ?? sourceCredentials(context.env, brand, name);
      const path = apiPath('/v1/ingest/{brand}/{source}', { brand, source: name });
      const answer = await client.request('post', path, {
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
      if (answer.status === 401) {
        throw new CliError(
          `The hub rejected the credentials for ${target}, or the brand or source does not exist.`,
          'Check both names, and check that the hub has the same secrets as the local brand file.',
        );
      }
      if (answer.status !== 202 || !isJsonObject(answer.body))
        throw refusalOf(client.address.url, `POST ${path.template}`, answer);
      reporter.document(answer.body);
      const rows = objectsAt(answer.body, 'events').map((event) => [
        textAt(event, 'id') ?? '',
        textAt(event, 'type') ?? '',
        textAt(event, 'status') ?? '',
      ]);
      reporter.line(formatTable(['EVENT', 'TYPE', 'STATUS'], rows));
    });
}

/** Parses one `--header` option and adds the header to the headers of earlier options. */
function readHeader(text: string, before: Headers = {}): Headers {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Use the form "name: value".');
  return { ...before, [name.toLowerCase()]: value };
}
