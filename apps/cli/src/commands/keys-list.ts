import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';

const HEADLINE = ['KEY', 'STARTS WITH', 'NAME', 'ROLE', 'BRANDS', 'LAST USED', 'EXPIRES'];

/** Adds the command `patchbay keys list`. */
export function addKeysList(keys: Command, context: CliContext): void {
  keys
    .command('list')
    .option('--json', 'print one JSON document')
    .description('List the newest 200 API keys. The keys themselves are not shown.')
    .action(async ({ json = false }: { json?: boolean }) => {
      const reporter = new Reporter(context, json);
      const answer = await new HubClient(hubAddress(context.env)).get(apiPath('/v1/keys'), { limit: '200' });
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').map(row);
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
    textAt(key, 'lastUsedAt') ?? 'never',
    textAt(key, 'expiresAt') ?? 'never',
  ];
}
