import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt, textsAt } from '../api/json-reading.js';
import { readAll } from '../api/read-all.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';

const HEADLINE = ['KEY', 'STARTS WITH', 'NAME', 'ROLE', 'BRANDS', 'CREATED BY', 'LAST USED', 'EXPIRES'];

/** Adds the command `patchbay keys list`. */
export function addKeysList(keys: Command, context: CliContext): void {
  keys
    .command('list')
    .option('--json', 'print one JSON document')
    .description('List all API keys. The keys themselves are not shown.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const data = await readAll(new HubClient(hubAddress(context.env)), apiPath('/v1/keys'));
      reporter.document({ data });
      const rows = data.map(row);
      reporter.line(
        rows.length === 0 ? 'There are no API keys besides PATCHBAY_ADMIN_KEY.' : formatTable(HEADLINE, rows),
      );
    });
}

function row(key: JsonObject): string[] {
  return [
    textAt(key, 'id') ?? '',
    textAt(key, 'hint') ?? '',
    textAt(key, 'name') ?? '',
    `${textAt(key, 'role') ?? ''}${key['reveal'] === true ? ' + reveal' : ''}`,
    key['brands'] === null ? 'all' : textsAt(key, 'brands').join(', '),
    textAt(key, 'createdBy') ?? '',
    textAt(key, 'lastUsedAt') ?? 'never',
    textAt(key, 'expiresAt') ?? 'never',
  ];
}
