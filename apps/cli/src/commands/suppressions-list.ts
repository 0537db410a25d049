import { SUPPRESSION_REASONS, type JsonObject } from '@patchbay/core';
import { ADDRESS_KINDS } from '@patchbay/plugin-sdk';
import { Option, type Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';

interface ListOptions {
  readonly kind?: string;
  readonly address?: string;
  readonly reason?: string;
  readonly cursor?: string;
  readonly json?: boolean;
}

/** Adds the command `patchbay suppressions list <brand>`. */
export function addSuppressionsList(suppressions: Command, context: CliContext): void {
  suppressions
    .command('list')
    .argument('<brand>', 'name of the brand')
    .addOption(new Option('--kind <kind>', 'only addresses of this kind').choices(ADDRESS_KINDS))
    .option('--address <address>', 'only this address, in any spelling; requires --kind')
    .addOption(new Option('--reason <reason>', 'only this reason').choices(SUPPRESSION_REASONS))
    .option('--cursor <cursor>', 'continue after the last page')
    .option('--json', 'print one JSON document')
    .description('List suppressions, newest first. Addresses are not shown.')
    .action(async (brand: string, { json = false, ...query }: ListOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.get(apiPath('/v1/brands/{brand}/suppressions', { brand: brandName(brand) }), query);
      reporter.document(answer);
      const rows = objectsAt(answer, 'data');
      if (rows.length === 0) return reporter.line('No address is on the suppression list.');
      reporter.line(formatTable(['ID', 'KIND', 'REASON', 'SCOPE', 'REPORTED BY', 'SINCE', 'DETAIL'], rows.map(row)));
      const next = textAt(answer, 'nextCursor');
      if (next !== undefined) reporter.line(`More: add --cursor ${next}`);
    });
}

function row(suppression: JsonObject): string[] {
  const text = (name: string): string => textAt(suppression, name) ?? '';
  const scope = [text('channel'), text('purpose'), text('sender')].filter((part) => part !== '').join(', ');
  const { id, kind, reason } = { id: text('id'), kind: text('kind'), reason: text('reason') };
  return [id, kind, reason, scope || 'all messages', text('reportedBy'), text('createdAt'), text('detail')];
}
