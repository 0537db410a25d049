import type { JsonObject } from '@patchbay/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { objectAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';
import { Reporter } from '../output/reporter.js';
import { requireConfirmation, type Confirmation } from './confirm.js';
import { brandName } from './resource-names.js';
import { countOf, replayLines } from './replay-lines.js';
import { followReplay } from './replay-progress.js';
import { stageOption } from './stage-option.js';

interface ReplayOptions {
  readonly from?: string;
  readonly to?: string;
  readonly status?: string;
  readonly errorKind?: string;
  readonly vendorCode?: string;
  readonly vendorStatus?: string;
  readonly destination?: string;
  readonly stage?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly includeSucceeded?: boolean;
  readonly mapping: string;
  readonly rate?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly cancel?: string;
  readonly json?: boolean;
}

/** Confirmation of a replay, because sent messages cannot be recalled. */
const CONFIRMATION: Confirmation = {
  question: 'Replay these deliveries?',
  refused: 'Nothing was started',
  hint: 'Add --yes to start the replay.',
};

/** Adds the command `patchbay replay <brand>`. */
export function addReplay(program: Command, context: CliContext): void {
  program
    .command('replay')
    .argument('<brand>', 'name of the brand')
    .option('--from <time>', 'events received at this time or later, e.g. 2026-01-31 or 2026-01-31T08:00:00Z')
    .option('--to <time>', 'events received before this time')
    .option('--status <state>', 'status of the earlier deliveries: dead, unconfirmed, suppressed, cancelled, succeeded')
    .option('--error-kind <kind>', 'error kind of the last attempt of the earlier deliveries: rejected, transient, …')
    .option('--vendor-code <code>', "vendor code of the last attempt of the earlier deliveries; '' for none")
    .option('--vendor-status <status>', 'status of the earlier deliveries at the vendor: undelivered, bounced, …')
    .option('--destination <name>', 'only deliveries to this destination')
    .addOption(stageOption())
    .option('--subscription <name>', 'only deliveries of this subscription')
    .option('--event-type <type>', 'only events of this type')
    .option('--customer <id>', 'only events of this customer')
    .option(
      '--include-succeeded',
      'without a filter of earlier deliveries: also send again what succeeded, is unconfirmed or still waits',
    )
    .addOption(
      new Option('--mapping <which>', 'subscription version: the version at the time of receipt, or the current one')
        .choices(['recorded', 'current'])
        .default('recorded'),
    )
    .option('--rate <count>', 'maximum number of deliveries created per second', readRate)
    .option('--dry-run', 'count, print the differences, start nothing')
    .option('--yes', 'do not ask for confirmation')
    .option('--cancel <id>', 'cancel a running replay instead of starting one')
    .option('--json', 'print one JSON document')
    .description(
      'Route stored events again. Prints the count and asks before it starts. Continues in the hub if this command ends.',
    )
    .action((brand: string, options: ReplayOptions) => replay(context, brand, options));
}

async function replay(context: CliContext, brand: string, options: ReplayOptions): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const client = new HubClient(hubAddress(context.env));
  const path = apiPath('/v1/brands/{brand}/replays', { brand: brandName(brand) });
  if (options.cancel !== undefined) return cancel(client, { brand: brandName(brand), id: options.cancel }, reporter);

  const filter = filterOf(options);
  const request = {
    filter,
    mapping: options.mapping,
    ...(options.includeSucceeded === true && { includeSucceeded: true }),
    ...(options.rate !== undefined && { ratePerSecond: options.rate }),
  };
  const counted = await client.post(path, { ...request, dryRun: true });
  for (const line of replayLines(counted, { differences: options.dryRun === true, paint: reporter.paint })) {
    reporter.line(line);
  }
  if (options.dryRun === true || countOf(counted) === 0) {
    if (options.dryRun === true) reporter.line('Nothing was started (--dry-run).');
    reporter.document(counted);
    return;
  }
  await requireConfirmation(context, options, CONFIRMATION);
  const started = await client.post(path, { ...request, sample: 0 });
  const id = idIn(started);
  reporter.line(
    `Started ${id}. It continues if this command ends. To cancel it: patchbay replay ${brand} --cancel ${id}`,
  );
  reporter.document(await followReplay(client, { brand: brandName(brand), id }, reporter));
}

async function cancel(
  client: HubClient,
  names: Readonly<Record<'brand' | 'id', string>>,
  reporter: Reporter,
): Promise<void> {
  await client.post(apiPath('/v1/brands/{brand}/replays/{id}/cancel', names));
  reporter.document(await followReplay(client, names, reporter));
}

function filterOf(options: ReplayOptions): Readonly<Record<string, string>> {
  const { from, to, status, errorKind, vendorCode, vendorStatus, destination, stage } = options;
  const { subscription, eventType, customer } = options;
  const named = {
    ...{ from, to, status, errorKind, vendorCode, vendorStatus },
    ...{ destination, stage, subscription, eventType, customer },
  };
  const filter = Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  if (Object.keys(filter).length > 0) return filter;
  throw usageError(
    'No filter is given.',
    'Add at least one filter, e.g. --from, --status or --destination. --help lists all.',
  );
}

function idIn(started: JsonObject): string {
  const id = textAt(objectAt(started, 'replay'), 'id');
  if (id === undefined)
    throw new CliError('The response of the hub has no id of the replay.', 'Check the log of the hub.');
  return id;
}

function readRate(text: string): number {
  const rate = Number(text);
  if (rate >= 0.01 && rate <= 10_000) return rate;
  throw new InvalidArgumentError('Use a number from 0.01 to 10000.');
}
