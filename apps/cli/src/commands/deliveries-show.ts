import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { deliveryStatus } from './delivery-status.js';
import { placeInBatch } from './place-in-batch.js';
import { brandName } from './resource-names.js';

/** Adds the command `patchbay deliveries show <brand> <delivery>`. */
export function addDeliveriesShow(deliveries: Command, context: CliContext): void {
  deliveries
    .command('show')
    .argument('<brand>', 'name of the brand')
    .argument('<delivery>', 'id of a delivery')
    .option('--json', 'print one JSON document')
    .description('Show a delivery with its attempts.')
    .action(async (brand: string, id: string, _options: object, command: Command) => {
      // The command that contains this command has the same option, and takes it.
      const { json = false } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const delivery = await client.get(apiPath('/v1/brands/{brand}/deliveries/{id}', { brand: brandName(brand), id }));
      reporter.document(delivery);
      reporter.line(`${'status:'.padEnd(15)} ${printable(deliveryStatus(delivery))}`);
      for (const line of factLines(delivery)) reporter.line(line);
      const attempts = objectsAt(delivery, 'attempts').map(attemptRow);
      if (attempts.length > 0)
        reporter.line(formatTable(['#', 'TIME', 'FROM', 'OUTCOME', 'CODE', 'MESSAGE'], attempts));
    });
}

function factLines(delivery: JsonObject): readonly string[] {
  const names = [
    ...['explanation', 'createdAt', 'dueAt', 'customerId', 'eventId', 'eventType', 'subscription', 'destination'],
    ...['vendorStatusAt', 'externalId'],
  ];
  const { routeEntry } = delivery;
  const facts = names.map((name) => [name, textAt(delivery, name)] as const);
  const entry = typeof routeEntry === 'number' ? [['routeEntry', String(routeEntry)] as const] : [];
  return [...facts, ...entry].flatMap(([name, text]) =>
    text === undefined ? [] : [`${`${name}:`.padEnd(15)} ${printable(text)}`],
  );
}

function attemptRow(attempt: JsonObject): string[] {
  const text = (name: string): string => printable(textAt(attempt, name) ?? '');
  const number = typeof attempt.number === 'number' ? String(attempt.number) : '';
  const batch = objectAt(attempt, 'batch');
  const from = attempt.direct === true ? 'memory' : batch === undefined ? 'claim' : placeInBatch(batch);
  return [number, text('startedAt'), from, text('outcome'), text('vendorCode'), text('message')];
}
