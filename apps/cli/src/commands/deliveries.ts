import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { addDeliveriesShow } from './deliveries-show.js';
import { deliveryStatus, nextAttempt } from './delivery-status.js';
import { brandName } from './resource-names.js';
import { stageOption } from './stage-option.js';
import { wholeNumber } from './whole-number.js';

interface DeliveriesOptions {
  readonly json?: boolean;
  readonly status?: string;
  readonly destination?: string;
  readonly stage?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly errorKind?: string;
  readonly vendorCode?: string;
  readonly vendorStatus?: string;
  readonly lookup?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

/** Adds the command `patchbay deliveries <brand>`. */
export function addDeliveries(program: Command, context: CliContext): void {
  const deliveries = program
    .command('deliveries')
    .argument('<brand>', 'name of the brand')
    .option('--status <state>', 'scheduled, held, succeeded, dead, unconfirmed, …')
    .option('--destination <name>', 'only deliveries to this destination')
    .addOption(stageOption())
    .option('--subscription <name>', 'only deliveries of this subscription')
    .option('--event-type <type>', 'only events of this type')
    .option('--customer <id>', 'id of a customer; for a pii-less brand also an e-mail address or a phone number with +')
    .option('--error-kind <kind>', 'error kind of the last attempt: rejected, transient, …')
    .option('--vendor-code <code>', "vendor code of the last attempt; '' for none")
    .option('--vendor-status <status>', 'status at the vendor: delivered, undelivered, …; none for no status yet')
    .option('--lookup <name>', 'waits for this paused lookup, such as recipients.resolver')
    .option('--from <time>', 'event received at this time or later')
    .option('--to <time>', 'event received before this time')
    .option('--limit <count>', 'maximum number of deliveries, newest first', wholeNumber(1, 100), 20)
    .option('--json', 'print one JSON document')
    .description('List deliveries with their status and the reason of a failure.')
    .action(async (brand: string, options: DeliveriesOptions) => {
      const reporter = new Reporter(context, options.json === true);
      const client = new HubClient(hubAddress(context.env));
      const { limit, json: _json, ...filter } = options;
      const path = apiPath('/v1/brands/{brand}/deliveries', { brand: brandName(brand) });
      const query = { ...filter, limit: String(limit) };
      const answer = await client.get(path, query);
      reporter.document(answer);
      const rows = objectsAt(answer, 'data').slice(0, limit).map(row);
      if (rows.length === 0) reporter.line('No deliveries match.');
      else
        reporter.line(
          formatTable(
            ['DELIVERY', 'TIME', 'CUSTOMER', 'EVENT TYPE', 'SUBSCRIPTION', 'DESTINATION', 'STATUS', 'REASON'],
            rows,
          ),
        );
    });
  addDeliveriesShow(deliveries, context);
}

function row(delivery: JsonObject): string[] {
  return [
    textAt(delivery, 'id') ?? '',
    textAt(delivery, 'createdAt') ?? '',
    textAt(delivery, 'customerId') ?? '',
    textAt(delivery, 'eventType') ?? '',
    textAt(delivery, 'subscription') ?? '',
    textAt(delivery, 'destination') ?? (textAt(delivery, 'stage') === 'routing' ? '(not chosen)' : ''),
    deliveryStatus(delivery),
    [textAt(delivery, 'explanation'), nextAttempt(delivery, textAt(delivery, 'dueAt'))]
      .filter((text) => text !== undefined)
      .join(' '),
  ];
}
