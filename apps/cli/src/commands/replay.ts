import type { JsonObject } from '@patchbay/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, segment } from '../api/hub-client.js';
import { objectAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';
import { Reporter } from '../output/reporter.js';
import { confirm } from './confirm.js';
import { brandName } from './resource-names.js';
import { countOf, replayLines } from './replay-lines.js';
import { followReplay } from './replay-progress.js';

interface ReplayOptions {
  readonly from?: string;
  readonly to?: string;
  readonly status?: string;
  readonly errorKind?: string;
  readonly destination?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly mapping: string;
  readonly rate?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly cancel?: string;
  readonly json?: boolean;
}

/** `patchbay replay <brand>` */
export function addReplay(program: Command, context: CliContext): void {
  program
    .command('replay')
    .argument('<brand>')
    .option('--from <time>', 'received at this time or later: 2026-01-31, 2026-01-31T08:00:00Z')
    .option('--to <time>', 'received before this time')
    .option('--status <state>', 'of earlier deliveries: dead, unconfirmed, suppressed, cancelled, succeeded')
    .option('--error-kind <kind>', 'of the last attempt of earlier deliveries: rejected, transient, …')
    .option('--destination <name>')
    .option('--subscription <name>')
    .option('--event-type <type>')
    .option('--customer <id>')
    .addOption(
      new Option('--mapping <which>', 'the version of the subscription: of the time of receipt, or of now')
        .choices(['recorded', 'current'])
        .default('recorded'),
    )
    .option('--rate <count>', 'deliveries created per second at most', readRate)
    .option('--dry-run', 'count, show what would differ, start nothing')
    .option('--yes', 'do not ask')
    .option('--cancel <id>', 'instead: stop a replay that runs')
    .option('--json', 'answer with one JSON document')
    .description('Send again what is stored: counted first, asked before it starts. Goes on without this command.')
    .action((brand: string, options: ReplayOptions) => replay(context, brand, options));
}

async function replay(context: CliContext, brand: string, options: ReplayOptions): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const client = new HubClient(hubAddress(context.env));
  const path = `/v1/brands/${segment(brandName(brand))}/replays`;
  if (options.cancel !== undefined) return cancel(client, `${path}/${segment(options.cancel)}`, reporter);

  const filter = filterOf(options);
  const request = {
    filter,
    mapping: options.mapping,
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
  await askForConfirmation(context, options);
  const started = await client.post(path, { ...request, sample: 0 });
  const id = idIn(started);
  reporter.line(`Started ${id}. It goes on without this command; to stop it: patchbay replay ${brand} --cancel ${id}`);
  reporter.document(await followReplay(client, `${path}/${segment(id)}`, reporter));
}

async function cancel(client: HubClient, path: string, reporter: Reporter): Promise<void> {
  await client.post(`${path}/cancel`);
  reporter.document(await followReplay(client, path, reporter));
}

/** Messages to customers cannot be called back: without a terminal to ask on, it takes --yes. */
async function askForConfirmation(context: CliContext, { yes, json }: ReplayOptions): Promise<void> {
  if (yes === true) return;
  if (context.stdin.isTTY !== true || json === true)
    throw new CliError('Nothing was started.', 'Add --yes to start it.');
  if (!(await confirm(context, 'Send these again?'))) throw new CliError('Nothing was started.');
}

function filterOf(options: ReplayOptions): Readonly<Record<string, string>> {
  const { from, to, status, errorKind, destination, subscription, eventType, customer } = options;
  const named = { from, to, status, errorKind, destination, subscription, eventType, customer };
  const filter = Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  if (Object.keys(filter).length > 0) return filter;
  throw usageError('Nothing says what to send again.', 'Name a time, a status, a destination …; --help lists them.');
}

function idIn(started: JsonObject): string {
  const id = textAt(objectAt(started, 'replay'), 'id');
  if (id === undefined) throw new CliError('The hub did not say which replay it started.', 'Look at its log.');
  return id;
}

function readRate(text: string): number {
  const rate = Number(text);
  if (rate >= 0.01 && rate <= 10_000) return rate;
  throw new InvalidArgumentError('It has to be a number from 0.01 to 10000.');
}
