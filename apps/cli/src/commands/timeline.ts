import type { JsonObject } from '@patchbay/core';
import type { Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, segment } from '../api/hub-client.js';
import { objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';
import { wholeNumber } from './whole-number.js';

interface TimelineOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly subscription?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Adds the command `patchbay timeline <brand> <customer>`. */
export function addTimeline(program: Command, context: CliContext): void {
  program
    .command('timeline')
    .argument('<brand>')
    .argument('<customer>', 'customer id; for a pii-less brand also an e-mail address or a phone number with +')
    .option('--from <time>', 'events received at this time or later')
    .option('--to <time>', 'events received before this time')
    .option('--type <type>', 'event type')
    .option('--subscription <name>', 'show only this subscription')
    .option('--limit <count>', 'maximum number of events, newest first', wholeNumber(1, 50), 20)
    .option('--all', 'also show subscriptions that take other event types or other sources')
    .option('--json', 'print one JSON document')
    .description("List a customer's events, and what each subscription did with them and why.")
    .action(async (brand: string, customer: string, { limit, all = false, ...options }: TimelineOptions) => {
      const reporter = new Reporter(context, options.json === true);
      const client = new HubClient(hubAddress(context.env));
      const { from, to, type, subscription } = options;
      const path = `/v1/brands/${segment(brandName(brand))}/customers/${segment(customer)}/timeline`;
      const answer = await client.get(path, { from, to, type, subscription, limit: String(limit) });
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
    `${at}  ${type}  ${id}`,
    ...outcomes.map((outcome) => {
      const [name, explanation] = ['name', 'explanation'].map((field) => printable(textAt(outcome, field) ?? '?'));
      const until = textAt(outcome, 'until');
      return `  ${name}: ${explanation}${until === undefined ? '' : ` Next attempt: ${printable(until)}.`}`;
    }),
  ];
}
