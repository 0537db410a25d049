import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { Reporter } from '../output/reporter.js';
import { formatTable } from '../output/table.js';
import { brandName } from './resource-names.js';

interface FailuresOptions {
  readonly destination?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** Adds the command `patchbay failures <brand>`. */
export function addFailures(program: Command, context: CliContext): void {
  program
    .command('failures')
    .argument('<brand>', 'name of the brand')
    .option('--destination <name>', 'only deliveries to this destination')
    .option('--from <time>', 'received at this time or later (default: 24 hours ago)')
    .option('--to <time>', 'received before this time')
    .option('--json', 'print one JSON document')
    .description('Count failed deliveries by destination, error kind and vendor code.')
    .action(async (brand: string, { destination, from, to, json = false }: FailuresOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const path = apiPath('/v1/brands/{brand}/failures', { brand: brandName(brand) });
      const answer = await client.get(path, { destination, from, to });
      reporter.document(answer);
      const groups = objectsAt(answer, 'data');
      if (groups.length === 0) return reporter.line('No delivery failed.');
      reporter.line(
        formatTable(['COUNT', 'DESTINATION', 'STATUS', 'CAUSE', 'LAST', 'EXAMPLE', 'MESSAGE'], groups.map(row)),
      );
      if (answer.countIsExact === false)
        reporter.line('Only the newest failures were counted. Use --from or --destination.');
      reporter.line(
        `To send a cause again: patchbay redeliver ${brand} --status … --destination … --error-kind … --vendor-code …`,
      );
      if (groups.some((group) => textAt(group, 'destination') === undefined))
        reporter.line('If no destination was chosen, use --stage routing instead of --destination.');
    });
}

function row(group: JsonObject): string[] {
  const example = objectAt(group, 'example');
  const cause = [textAt(group, 'errorKind'), textAt(group, 'vendorCode')].filter((text) => text !== undefined);
  return [
    typeof group.count === 'number' ? String(group.count) : '',
    textAt(group, 'destination') ?? '(not chosen)',
    textAt(group, 'status') ?? '',
    cause.join(' '),
    textAt(group, 'lastAt') ?? '',
    textAt(example, 'deliveryId') ?? '',
    (textAt(example, 'message') ?? '').slice(0, 80),
  ];
}
