import type { JsonObject } from '@patchbay/core';
import { type Command, InvalidArgumentError } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, segment } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';

interface DeliveriesOptions {
  readonly json?: boolean;
  readonly status?: string;
  readonly destination?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly limit: number;
}

/** Adds the command `patchbay deliveries <brand>`. */
export function addDeliveries(program: Command, context: CliContext): void {
  program
    .command('deliveries')
    .argument('<brand>')
    .option('--status <state>', 'scheduled, held, succeeded, dead, unconfirmed, …')
    .option('--destination <name>')
    .option('--subscription <name>')
    .option('--event-type <type>')
    .option('--limit <count>', 'maximum number of deliveries, newest first', readLimit, 20)
    .option('--json', 'print one JSON document')
    .description('List deliveries with their status and the reason of a failure.')
    .action(async (brand: string, options: DeliveriesOptions) => {
      const reporter = new Reporter(context, options.json === true);
      const client = new HubClient(hubAddress(context.env));
      const { status, destination, subscription, eventType } = options;
      const path = `/v1/brands/${segment(brandName(brand))}/deliveries`;
      const query = { status, destination, subscription, eventType, limit: String(options.limit) };
      const answer = await client.get(path, query);
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').slice(0, options.limit).map(row);
      if (rows.length === 0) reporter.line('No deliveries match.');
      else
        reporter.line(
          formatTable(
            ['DELIVERY', 'EVENT TYPE', 'SUBSCRIPTION', 'DESTINATION', 'STATUS', 'REASON', 'NEXT ATTEMPT'],
            rows,
          ),
        );
    });
}

function row(delivery: JsonObject): string[] {
  return [
    textAt(delivery, 'id') ?? '',
    textAt(delivery, 'eventType') ?? '',
    textAt(delivery, 'subscription') ?? '',
    textAt(delivery, 'destination') ?? '',
    textAt(delivery, 'status') ?? '',
    [textAt(delivery, 'reason') ?? textAt(delivery, 'errorKind'), textAt(delivery, 'vendorCode')]
      .filter((text) => text !== undefined)
      .join(' '),
    textAt(delivery, 'dueAt') ?? '',
  ];
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw new InvalidArgumentError('Use a whole number from 1 to 100.');
}
