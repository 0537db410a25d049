import type { JsonObject } from '@patchbay/core';
import { Option, type Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { isJsonObject, numberAt, objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';
import { readJsonInput } from '../files/read-input.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Numbers of the steps that a fallback can have. */
const STEPS = ['1', '2', '3', '4', '5'];
/** Numbers of the entries that a route can have. */
const ENTRIES = Array.from({ length: 20 }, (_, index) => String(index + 1));

/** Hint for a message that lacks values which only a delivery has. */
const LOOKS_NOTHING_UP =
  "A preview calls no resolver and no enrichment. A delivery also has the values that the brand's systems return.";

/** Options of the command, as the library commander parses them. */
interface PreviewOptions {
  readonly json?: boolean;
  readonly step?: string;
  readonly entry?: string;
  readonly locale?: string;
  readonly draft?: string;
  readonly eventId?: string;
}

/** Adds the command `patchbay preview <brand>/<subscription> <event.json>`. */
export function addPreview(program: Command, context: CliContext): void {
  program
    .command('preview')
    .argument('<brand/subscription>', 'e.g. acme/points-sms')
    .argument('[event.json]', 'an event as its source sends it; - for standard input')
    .option('--event-id <id>', 'a stored event, instead of a file')
    .addOption(new Option('--step <number>', 'preview the message of this fallback step').choices(STEPS))
    .addOption(new Option('--entry <number>', 'preview the message of this entry of the route').choices(ENTRIES))
    .option('--locale <tag>', 'language of the recipient, e.g. ar-AE')
    .option('--draft <file.json>', 'an unsaved subscription, used instead of the saved one of this name')
    .option('--json', 'print one JSON document')
    .description('Print the message that a subscription creates from an event. Stores and sends nothing.')
    .action(async (target: string, file: string | undefined, options: PreviewOptions) => {
      const { json = false, step, entry, locale, draft, eventId } = options;
      const { brand, name } = splitName(target, 'subscription');
      const event = await eventOf(context, file, eventId);
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(apiPath('/v1/brands/{brand}/preview', { brand }), {
        ...event,
        ...(draft === undefined ? { subscription: name } : { draft: await readDraft(context, draft, name) }),
        ...(step === undefined ? {} : { step: Number(step) }),
        ...(entry === undefined ? {} : { entry: Number(entry) }),
        ...(locale === undefined ? {} : { locale }),
      });
      reporter.document(answer);
      const { paint } = reporter;
      if (answer.matched === false) {
        reporter.line(`${paint.warn('not matched')}  ${target} does not match this event${because(answer.reason)}`);
        return;
      }
      const problems = objectsAt(answer, 'problems').map((problem) => ({
        field: textAt(problem, 'field') ?? textAt(problem, 'path') ?? '',
        message: textAt(problem, 'detail') ?? textAt(problem, 'message') ?? 'is invalid',
      }));
      if (problems.length > 0) {
        for (const line of routeLines(answer)) reporter.line(line);
        throw new CliError(`${target} matches, but its message is invalid:`, LOOKS_NOTHING_UP, { problems });
      }
      reporter.line(`${paint.good('matched')}  ${target} would send:`);
      reporter.line(JSON.stringify(answer.message, null, 2));
      for (const line of [...routeLines(answer), ...detailLines(answer)]) reporter.line(line);
    });
}

async function eventOf(context: CliContext, file: string | undefined, eventId: string | undefined): Promise<object> {
  if ((file === undefined) === (eventId === undefined)) {
    throw usageError('Give either a file with an event, or --event-id.');
  }
  return file === undefined ? { eventId } : { event: await readJsonInput(context, file) };
}

async function readDraft(context: CliContext, file: string, name: string): Promise<JsonObject> {
  const draft = await readJsonInput(context, file);
  if (isJsonObject(draft)) return { ...draft, name };
  throw new CliError(`${file} is not a JSON object.`, 'Write the fields of the subscription into it.');
}

/** Returns a line about the entry of the route that the preview shows. Empty if the subscription has no route. */
function routeLines(answer: JsonObject): readonly string[] {
  const route = objectAt(answer, 'route');
  if (route === undefined) return [];
  const shown = numberAt(route, 'shown');
  const text = `route: entry ${shown} of ${objectsAt(route, 'entries').length}`;
  if (route.isDecided === true) return [text];
  return [`${text}, undecided: its choice depends on data that is fetched when the message is due`];
}

/** Returns one line per warning, and one line each about the size of an SMS and the time of sending. */
function detailLines(answer: JsonObject): readonly string[] {
  const warnings = objectsAt(answer, 'warnings').map(
    (warning) =>
      `warning: ${printable(textAt(warning, 'field') ?? '')}: ${printable(textAt(warning, 'message') ?? '')}`,
  );
  const segments = objectAt(answer, 'segments');
  const size =
    segments === undefined
      ? []
      : [
          `SMS: ${numberAt(segments, 'characters')} characters, ${numberAt(segments, 'segments')} segments ` +
            `(${printable(textAt(segments, 'encoding') ?? '')})`,
        ];
  const steps = objectsAt(objectAt(answer, 'timing'), 'steps');
  const rules = steps.map((step) => `timing: ${printable(textAt(step, 'message') ?? '')}`);
  return [...warnings, ...size, ...rules];
}

function because(reason: unknown): string {
  if (typeof reason === 'string') return `: ${printable(reason)}`;
  return isJsonObject(reason) ? `: ${printable(JSON.stringify(reason))}` : '';
}
