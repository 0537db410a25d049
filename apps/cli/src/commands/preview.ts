import { Option, type Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient, segment } from '../api/hub-client.js';
import { isJsonObject, objectsAt, textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readJsonInput } from '../files/read-input.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Numbers of the steps that a fallback can have. */
const STEPS = ['1', '2', '3', '4', '5'];

/** Options of the command, as the library commander parses them. */
interface PreviewOptions {
  readonly json?: boolean;
  readonly step?: string;
  readonly locale?: string;
}

/** Adds the command `patchbay preview <brand>/<subscription> <event.json>`. */
export function addPreview(program: Command, context: CliContext): void {
  program
    .command('preview')
    .argument('<brand/subscription>', 'e.g. acme/points-sms')
    .argument('<event.json>', 'an event as its source sends it; - for standard input')
    .addOption(new Option('--step <number>', 'preview the message of this fallback step').choices(STEPS))
    .option('--locale <tag>', 'language of the recipient, e.g. ar-AE')
    .option('--json', 'print one JSON document')
    .description('Print the message that a subscription creates from an event. Stores and sends nothing.')
    .action(async (target: string, file: string, { json = false, step, locale }: PreviewOptions) => {
      const { brand, name } = splitName(target, 'subscription');
      const event = await readJsonInput(context, file);
      const reporter = new Reporter(context, json);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(`/v1/brands/${segment(brand)}/preview`, {
        event,
        subscription: name,
        ...(step === undefined ? {} : { step: Number(step) }),
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
      if (problems.length > 0)
        throw new CliError(`${target} matches, but its message is invalid:`, undefined, { problems });
      reporter.line(`${paint.good('matched')}  ${target} would send:`);
      reporter.line(JSON.stringify(answer.message, null, 2));
    });
}

function because(reason: unknown): string {
  if (typeof reason === 'string') return `: ${printable(reason)}`;
  return isJsonObject(reason) ? `: ${printable(JSON.stringify(reason))}` : '';
}
