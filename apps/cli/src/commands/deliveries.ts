import type { JsonObject } from '@patchbay/core';
import { Option, type Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, segment } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { addDeliveriesShow } from './deliveries-show.js';
import { brandName } from './resource-names.js';
import { wholeNumber } from './whole-number.js';

interface DeliveriesOptions {
  readonly json?: boolean;
  readonly status?: string;
  readonly destination?: string;
  readonly stage?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

const STAGES = ['routing', 'sending'];

/** Adds the command `patchbay deliveries <brand>`. */
export function addDeliveries(program: Command, context: CliContext): void {
  const deliveries = program
    .command('deliveries')
    .argument('<brand>')
    .option('--status <state>', 'scheduled, held, succeeded, dead, unconfirmed, …')
    .option('--destination <name>')
    .addOption(new Option('--stage <stage>', 'routing: no destination was chosen; sending: all others').choices(STAGES))
    .option('--subscription <name>')
    .option('--event-type <type>')
    .option('--customer <id>', 'id of a customer; for a pii-less brand also an e-mail address or a phone number with +')
    .option('--from <time>', 'event received at this time or later')
    .option('--to <time>', 'event received before this time')
    .option('--limit <count>', 'maximum number of deliveries, newest first', wholeNumber(1, 100), 20)
    .option('--json', 'print one JSON document')
    .description('List deliveries with their status and the reason of a failure.')
    .action(async (brand: string, options: DeliveriesOptions) => {
      const reporter = new Reporter(context, options.json === true);
      const client = new HubClient(hubAddress(context.env));
      const { limit, json: _json, ...filter } = options;
      const path = `/v1/brands/${segment(brandName(brand))}/deliveries`;
      const query = { ...filter, limit: String(limit) };
      const answer = await client.get(path, query);
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').slice(0, limit).map(row);
      if (rows.length === 0) reporter.line('No deliveries match.');
      else
        reporter.line(
          formatTable(
            ['DELIVERY', 'EVENT TYPE', 'SUBSCRIPTION', 'DESTINATION', 'STATUS', 'REASON', 'NEXT ATTEMPT'],
            rows,
          ),
        );
    });
  addDeliveriesShow(deliveries, context);
}

function row(delivery: JsonObject): string[] {
  return [
    textAt(delivery, 'id') ?? '',
    textAt(delivery, 'eventType') ?? '',
    textAt(delivery, 'subscription') ?? '',
    textAt(delivery, 'destination') ?? (textAt(delivery, 'stage') === 'routing' ? '(not chosen)' : ''),
    textAt(delivery, 'status') ?? '',
    [textAt(delivery, 'reason') ?? textAt(delivery, 'errorKind'), textAt(delivery, 'vendorCode')]
      .filter((text) => text !== undefined)
      .join(' '),
    textAt(delivery, 'dueAt') ?? '',
  ];
}
