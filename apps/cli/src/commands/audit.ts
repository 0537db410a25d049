import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { wholeNumber } from './whole-number.js';

interface AuditOptions {
  readonly brand?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** Adds the command `patchbay audit`. */
export function addAudit(program: Command, context: CliContext): void {
  program
    .command('audit')
    .option('--brand <name>', 'only entries of this brand')
    .option('--actor <name>', 'name of the API key')
    .option('--action <action>', 'e.g. destination.update')
    .option('--target <target>', 'e.g. acme/sms')
    .option('--from <time>', 'at this time or later')
    .option('--to <time>', 'before this time')
    .option('--limit <count>', 'maximum number of entries, newest first', wholeNumber(1, 100), 20)
    .option('--json', 'print one JSON document, with the fields before and after')
    .description('List entries of the audit log.')
    .action(async ({ limit, json = false, ...query }: AuditOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.get(apiPath('/v1/audit'), { ...query, limit: String(limit) });
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').map(row);
      if (rows.length === 0) reporter.line('No entries match.');
      else reporter.line(formatTable(['TIME', 'ACTOR', 'ACTION', 'BRAND', 'TARGET'], rows));
    });
}

function row(entry: JsonObject): string[] {
  const text = (name: string): string => textAt(entry, name) ?? '';
  return [text('at'), textAt(objectAt(entry, 'actor'), 'name') ?? '', text('action'), text('brand'), text('target')];
}
