import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { numberAt, objectAt, objectsAt, textAt, textsAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { nextAttempt } from './delivery-status.js';
import { placeInBatch } from './place-in-batch.js';
import { brandName } from './resource-names.js';
import { wholeNumber } from './whole-number.js';

interface ExplainOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly subscription?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Id that the hub gives to an event. No platform uses this form for its customers. */
const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Adds the command `patchbay explain <brand> <event|customer>`. */
export function addExplain(program: Command, context: CliContext): void {
  program
    .command('explain')
    .argument('<brand>', 'name of the brand')
    .argument(
      '<event|customer>',
      'id of an event, or of a customer; for a pii-less brand also an e-mail address or a phone number with +',
    )
    .option('--from <time>', 'of a customer: events received at this time or later')
    .option('--to <time>', 'of a customer: events received before this time')
    .option('--type <type>', 'of a customer: event type')
    .option('--subscription <name>', 'of a customer: show only this subscription')
    .option('--limit <count>', 'of a customer: maximum number of events, newest first', wholeNumber(1, 50), 20)
    .option('--all', 'also show subscriptions that take other event types or other sources')
    .option('--json', 'print one JSON document')
    .description('Show what each subscription did with an event, or with the events of a customer, and why.')
    .action(async (brand: string, id: string, { limit, all = false, json = false, ...options }: ExplainOptions) => {
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const names = { brand: brandName(brand), id };
      if (EVENT_ID.test(id)) {
        const event = await client.get(apiPath('/v1/brands/{brand}/events/{id}', names));
        reporter.document(event);
        for (const line of eventLines(event, all)) reporter.line(line);
        return;
      }
      const { from, to, type, subscription } = options;
      const query = { from, to, type, subscription, limit: String(limit) };
      const answer = await client.get(apiPath('/v1/brands/{brand}/customers/{id}/timeline', names), query);
      reporter.document(answer);
      const events = objectsAt(answer, 'data');
      if (events.length === 0) reporter.line('No stored event names this customer.');
      for (const event of events) for (const line of eventLines(event, all)) reporter.line(line);
      if (textAt(answer, 'nextCursor') !== undefined) reporter.line('There are older events. Use --to or --limit.');
    });
}

function eventLines(event: JsonObject, all: boolean): readonly string[] {
  const [at, type, id] = ['receivedAt', 'type', 'id'].map((name) => printable(textAt(event, name) ?? '?'));
  const outcomes = objectsAt(event, 'subscriptions').filter(
    ({ outcome }) => all || (outcome !== 'eventType' && outcome !== 'otherSource'),
  );
  return [
    `${at}  ${type}  ${id}${originText(event)}`,
    ...outcomes.flatMap((outcome) => {
      const [name, explanation] = ['name', 'explanation'].map((field) => printable(textAt(outcome, field) ?? '?'));
      const delivery = objectAt(outcome, 'delivery');
      const next = nextAttempt(delivery, textAt(outcome, 'until'));
      const batch = objectAt(delivery, 'batch');
      const direct = delivery?.direct === true ? ' Sent from memory.' : '';
      const together = batch === undefined ? '' : ` Sent as ${placeInBatch(batch)}.`;
      const line = `  ${name}: ${explanation}${direct}${together}${next === undefined ? '' : ` ${printable(next)}`}`;
      return [line, ...objectsAt(outcome, 'route').map(entryLine)];
    }),
  ];
}

/** Says that an event was recovered or imported. Empty for other events, and for an event in a list. */
function originText(event: JsonObject): string {
  const origin = objectAt(event, 'origin');
  if (origin === undefined) return '';
  const from = textAt(origin, 'kind') === 'import' ? 'a file' : "Capillary's log";
  return `  (${origin.recovered === true ? 'recovered' : 'imported'} from ${from})`;
}

/** Formats an entry of a route: its destination, the paths that it reads, and if it was chosen. */
function entryLine(entry: JsonObject): string {
  const { matched } = entry;
  const paths = textsAt(entry, 'paths');
  const reads = paths.length === 0 ? 'every event' : paths.join(', ');
  const result = matched === true ? 'chosen' : matched === false ? 'not matched' : 'not evaluated';
  const destination = textAt(entry, 'destination') ?? '(deleted)';
  return `    ${numberAt(entry, 'entry')}. ${printable(destination)} (${printable(reads)}): ${result}`;
}
