import type { Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, segment } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

interface RedeliverOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds the command `patchbay redeliver <brand> <delivery>`. */
export function addRedeliver(program: Command, context: CliContext): void {
  program
    .command('redeliver')
    .argument('<brand>')
    .argument('<delivery>', 'id of a delivery that ended')
    .option('--force', 'send a delivery that succeeded a second time')
    .option('--json', 'print one JSON document')
    .description('Send a delivery again. To send many, use `patchbay replay`.')
    .action(async (brand: string, id: string, { force = false, json = false }: RedeliverOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = `/v1/brands/${segment(brandName(brand))}/deliveries/${segment(id)}/redeliver`;
      const answer = await client.post(path, {}, force ? { query: { force: 'true' } } : {});
      reporter.document(answer);
      reporter.line(`${reporter.paint.good('Scheduled')}: delivery ${printable(textAt(answer, 'id') ?? id)}.`);
    });
}
