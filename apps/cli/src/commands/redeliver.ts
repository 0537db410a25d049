import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { countAt, objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { usageError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { requireConfirmation, type Confirmation } from './confirm.js';
import { brandName } from './resource-names.js';
import { stageOption } from './stage-option.js';

/** Pause before the next call, in milliseconds, if a destination has too many due deliveries. */
const PAUSE_MS = 2_000;

interface RedeliverOptions {
  readonly status?: string;
  readonly errorKind?: string;
  readonly vendorCode?: string;
  readonly destination?: string;
  readonly stage?: string;
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Confirmation of redeliveries, because sent messages cannot be recalled. */
const CONFIRMATION: Confirmation = {
  question: 'Redeliver these deliveries?',
  refused: 'Nothing was sent',
  hint: 'Add --yes to redeliver.',
};

/** Risk of a redelivery whose earlier answer was lost. */
const MAY_HAVE_ARRIVED =
  'The vendor may have the unconfirmed messages already. Customers then get them twice, unless the vendor drops repetitions.';

/** Adds the command `patchbay redeliver <brand> [delivery…]`. */
export function addRedeliver(program: Command, context: CliContext): void {
  program
    .command('redeliver')
    .argument('<brand>', 'name of the brand')
    .argument('[delivery...]', 'ids of deliveries that ended; left out if --status selects the deliveries')
    .option('--status <state>', 'all deliveries of a cause: dead, unconfirmed, suppressed, cancelled')
    .option('--error-kind <kind>', 'error kind of the last attempt: rejected, transient, …')
    .option('--vendor-code <code>', "vendor code of the last attempt; '' for none")
    .option('--destination <name>', 'only deliveries to this destination')
    .addOption(stageOption())
    .option('--subscription <name>', 'only deliveries of this subscription')
    .option('--event-type <type>', 'only events of this type')
    .option('--customer <id>', 'only events of this customer')
    .option('--from <time>', 'event received at this time or later')
    .option('--to <time>', 'event received before this time')
    .option('--dry-run', 'count only')
    .option('--yes', 'do not ask for confirmation')
    .option('--force', 'send one delivery that succeeded a second time')
    .option('--json', 'print one JSON document')
    .description(
      'Send deliveries again, with the same idempotency key and the same version of the subscription. To use the ' +
        'current version, run `patchbay replay`.',
    )
    .action(async (brand: string, ids: readonly string[], options: RedeliverOptions) => {
      const { json = false, force = false, dryRun = false } = options;
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const filter = filterOf(options);
      const [id] = ids;
      if ((id === undefined) === (filter === null)) {
        throw usageError(
          'Name deliveries, or select them with --status.',
          'For example: patchbay redeliver acme --status dead --destination sms',
        );
      }
      if (id !== undefined && ids.length === 1 && !dryRun)
        return one(client, { brand: brandName(brand), id, force }, reporter);
      if (force) throw usageError('--force sends one delivery again.', 'Name one delivery.');
      const selection = filter === null ? { ids } : { filter };
      const counted = await call(client, brand, { selection, dryRun: true }, reporter);
      for (const line of tallyLines(counted, 'to redeliver')) reporter.line(line);
      if (countAt(objectAt(counted, 'countByState') ?? {}, 'unconfirmed') > 0) reporter.line(MAY_HAVE_ARRIVED);
      if (dryRun || countAt(counted, 'count') === 0) return reporter.document(counted);
      await requireConfirmation(context, options, CONFIRMATION);
      const done = await call(client, brand, { selection, dryRun: false }, reporter);
      for (const line of tallyLines(done, 'scheduled')) reporter.line(line);
      reporter.document(done);
    });
}

async function one(
  client: HubClient,
  { brand, id, force }: { readonly brand: string; readonly id: string; readonly force: boolean },
  reporter: Reporter,
): Promise<void> {
  const path = apiPath('/v1/brands/{brand}/deliveries/{id}/redeliver', { brand, id });
  const answer = await client.post(path, {}, force ? { query: { force: 'true' } } : {});
  reporter.document(answer);
  reporter.line(`${reporter.paint.good('Scheduled')}: delivery ${printable(textAt(answer, 'id') ?? id)}.`);
}

/** Calls the hub until all deliveries are handled. Returns the sums of all answers. */
async function call(
  client: HubClient,
  brand: string,
  { selection, dryRun }: { readonly selection: object; readonly dryRun: boolean },
  reporter: Reporter,
): Promise<JsonObject> {
  const path = apiPath('/v1/brands/{brand}/deliveries/redeliver', { brand: brandName(brand) });
  let cursor: string | undefined;
  let hasWaited = false;
  const total = { count: 0, countByState: new Map<string, number>(), refused: new Map<string, JsonObject>() };
  for (;;) {
    const request = { ...selection, dryRun, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await client.post(path, request, { timeoutMs: 60_000 });
    total.count += countAt(answer, 'count');
    for (const [state, count] of Object.entries(objectAt(answer, 'countByState') ?? {})) {
      total.countByState.set(state, (total.countByState.get(state) ?? 0) + Number(count));
    }
    for (const refused of objectsAt(answer, 'refused')) {
      const reason = textAt(refused, 'reason') ?? '';
      const known = total.refused.get(reason);
      const count = countAt(refused, 'count') + (known === undefined ? 0 : countAt(known, 'count'));
      total.refused.set(reason, { ...refused, ...known, count });
    }
    if (answer.isComplete !== false) break;
    const next = textAt(answer, 'nextCursor');
    if (next === cursor) {
      if (!hasWaited)
        reporter.line(`Waiting, because a destination has too many due deliveries. ${total.count} scheduled so far.`);
      hasWaited = true;
      await wait(PAUSE_MS);
    }
    cursor = next;
  }
  return {
    count: total.count,
    countByState: Object.fromEntries(total.countByState),
    refused: [...total.refused.values()],
  };
}

function tallyLines(tally: JsonObject, verb: string): readonly string[] {
  const states = Object.entries(objectAt(tally, 'countByState') ?? {}).map(
    ([state, count]) => `${JSON.stringify(count)} ${printable(state)}`,
  );
  const count = countAt(tally, 'count');
  return [
    `${count} ${count === 1 ? 'delivery' : 'deliveries'} ${verb}${states.length === 0 ? '' : ` (${states.join(', ')})`}.`,
    ...objectsAt(tally, 'refused').map((refused) => {
      const reason = printable(textAt(refused, 'reason') ?? '');
      return `${countAt(refused, 'count')} left out: ${reason}`;
    }),
  ];
}

/** Returns the filter of the options. Null if no option of a filter is set. */
function filterOf(options: RedeliverOptions): Readonly<Record<string, string>> | null {
  const { status, errorKind, vendorCode, destination, stage, subscription, eventType, customer, from, to } = options;
  const named = { status, errorKind, vendorCode, destination, stage, subscription, eventType, customer, from, to };
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  if (given.length === 0) return null;
  if (status !== undefined) return Object.fromEntries(given);
  throw usageError('A filter requires --status.', 'Use --status dead or --status unconfirmed.');
}
