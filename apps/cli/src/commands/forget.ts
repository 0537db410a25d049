import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { requireConfirmation, type Confirmation } from './confirm.js';
import { brandName } from './resource-names.js';

interface ForgetOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Confirmation of an erasure, because it cannot be undone. */
const CONFIRMATION: Confirmation = {
  question: 'Erase all stored data of this customer?',
  refused: 'Nothing was erased',
  hint: 'Add --yes to erase the customer. An erasure cannot be undone.',
};

/** Adds the command `patchbay forget <brand> <customer>`. */
export function addForget(program: Command, context: CliContext): void {
  program
    .command('forget')
    .argument('<brand>', 'name of the brand')
    .argument(
      '<customer>',
      "the brand's id of the customer, or the e-mail address or phone number (with +) of the customer",
    )
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print one JSON document')
    .description(
      'Erase a customer: cancel waiting deliveries, erase stored data, discard late events. Cannot be undone.',
    )
    .action((brand: string, customer: string, options: ForgetOptions) => forget(context, brand, customer, options));
}

async function forget(context: CliContext, brand: string, customer: string, options: ForgetOptions): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const path = apiPath('/v1/brands/{brand}/customers/{customerId}', { brand: brandName(brand), customerId: customer });
  await requireConfirmation(context, options, CONFIRMATION);
  const receipt = await new HubClient(hubAddress(context.env)).deleteWithAnswer(path);
  reporter.document(receipt);
  for (const line of receiptLines(receipt, brand)) reporter.line(line);
}

function receiptLines(receipt: JsonObject, brand: string): readonly string[] {
  const id = printable(textAt(receipt, 'id') ?? '');
  const count = (name: string): number => Number(receipt[name]);
  const counts =
    `Events erased: ${count('events')}. Deliveries cancelled: ${count('deliveries')}. ` +
    `Attempts erased: ${count('attempts')}.`;
  return receipt['state'] === 'done'
    ? [counts, `Receipt ${id}`]
    : [counts, `The erasure continues in the hub. To check its progress: GET /v1/brands/${brand}/erasures/${id}`];
}
