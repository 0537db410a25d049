import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import { readAll } from '../api/read-all.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';

const HEADLINE = ['PERSON', 'NAME', 'SUBJECT', 'LAST SEEN', 'REMOVED'];

/** Adds the command `patchbay people list`. */
export function addPeopleList(people: Command, context: CliContext): void {
  people
    .command('list')
    .option('--json', 'print one JSON document')
    .description('List all people who have used the hub with an account of the identity provider.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const data = await readAll(new HubClient(hubAddress(context.env)), apiPath('/v1/people'));
      reporter.document({ data });
      const rows = data.map(row);
      reporter.line(rows.length === 0 ? 'Nobody has signed in by an identity provider.' : formatTable(HEADLINE, rows));
    });
}

function row(person: JsonObject): string[] {
  const text = (field: string): string => textAt(person, field) ?? '';
  return [text('id'), text('name'), text('subject'), text('lastSeenAt'), textAt(person, 'removedAt') ?? 'no'];
}
