import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';

const HEADLINE = ['PERSON', 'NAME', 'SUBJECT', 'LAST SEEN', 'REMOVED'];

/** Adds the command `patchbay people list`. */
export function addPeopleList(people: Command, context: CliContext): void {
  people
    .command('list')
    .option('--json', 'print one JSON document')
    .description('List the newest 200 people who have used the hub with an account of the identity provider.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).get(apiPath('/v1/people'), { limit: '200' });
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').map(row);
      reporter.line(rows.length === 0 ? 'Nobody has signed in by an identity provider.' : formatTable(HEADLINE, rows));
    });
}

function row(person: JsonObject): string[] {
  const text = (field: string): string => textAt(person, field) ?? '';
  return [text('id'), text('name'), text('subject'), text('lastSeenAt'), textAt(person, 'removedAt') ?? 'no'];
}
