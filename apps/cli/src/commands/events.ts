import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';
import { wholeNumber } from './whole-number.js';

interface EventsOptions {
  readonly type?: string;
  readonly source?: string;
  readonly customer?: string;
  readonly status?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** Adds the command `patchbay events <brand>`. */
export function addEvents(program: Command, context: CliContext): void {
  program
    .command('events')
    .argument('<brand>', 'name of the brand')
    .option('--type <type>', 'only events of this type')
    .option('--source <name>', 'only events of this source')
    .option('--customer <id>', 'id of a customer; for a pii-less brand also an e-mail address or a phone number with +')
    .option('--status <status>', 'accepted, quarantined, …')
    .option('--from <time>', 'received at this time or later')
    .option('--to <time>', 'received before this time')
    .option('--limit <count>', 'maximum number of events, newest first', wholeNumber(1, 100), 20)
    .option('--json', 'print one JSON document')
    .description('List events. To see what became of one, run `patchbay explain`.')
    .action(async (brand: string, { limit, json = false, ...query }: EventsOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/events', { brand: brandName(brand) });
      const answer = await client.get(path, { ...query, limit: String(limit) });
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').map(row);
      if (rows.length === 0) reporter.line('No events match.');
      else reporter.line(formatTable(['EVENT', 'TYPE', 'SOURCE', 'CUSTOMER', 'STATUS', 'RECEIVED'], rows));
    });
}

function row(event: JsonObject): string[] {
  return ['id', 'type', 'source', 'customerId', 'status', 'receivedAt'].map((name) => textAt(event, name) ?? '');
}
