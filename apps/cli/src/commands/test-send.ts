import { Option, type Command } from 'commander';
import { apiPath } from '../api/api-path.js';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';
import { readJsonInput } from '../files/read-input.js';
import { printable } from '../output/printable.js';
import { Reporter } from '../output/reporter.js';
import { splitName } from './resource-names.js';

/** Options of the command, as the library commander parses them. */
interface TestSendOptions {
  readonly json?: boolean;
  readonly to: Readonly<Record<string, string>>;
  readonly message?: string;
  readonly subscription?: string;
  readonly event?: string;
  readonly eventId?: string;
  readonly purpose?: string;
  readonly consented?: boolean;
}

/** Note about the rules that could hold or stop the same message of a delivery. */
const NOT_APPLIED = 'Quiet hours, digests, caps, sendAfter, contactInterval and quota do not apply to test messages.';

/** Adds the command `patchbay test-send <brand>/<destination>`. */
export function addTestSend(program: Command, context: CliContext): void {
  program
    .command('test-send')
    .argument('<brand/destination>', 'e.g. acme/sms')
    .requiredOption('--to <field=address>', 'recipient, e.g. phone=+15005550010; repeatable', recipientField, {})
    .option('--message <file.json>', 'the message, sent as it is; - for standard input')
    .option('--subscription <name>', 'subscription that creates the message, with --event or --event-id')
    .option('--event <file.json>', 'an event as its source sends it; - for standard input')
    .option('--event-id <id>', 'a stored event; its personal values are not sent')
    .addOption(
      new Option(
        '--purpose <purpose>',
        'purpose of the message (default: of the subscription, else promotional)',
      ).choices(['transactional', 'promotional']),
    )
    .option('--consented', 'the recipient agreed to get the message; replaces the consent rule of the brand')
    .option('--json', 'print one JSON document')
    .description(
      'Send one test message to a recipient that you name. The hub checks the suppression list and consent. Messaging ' +
        'rules of the subscription and of the destination do not apply, and nothing is stored.',
    )
    .action(async (target: string, options: TestSendOptions) => {
      const { brand, name } = splitName(target, 'destination');
      const reporter = new Reporter(context, options.json ?? false);
      const body = await bodyOf(context, options);
      const client = new HubClient(hubAddress(context.env));
      const answer = await client.post(
        apiPath('/v1/brands/{brand}/destinations/{name}/test-send', { brand, name }),
        body,
      );
      reporter.document(answer);
      const message = printable(textAt(answer, 'message') ?? '');
      if (answer.accepted !== true) {
        const kind = textAt(answer, 'errorKind') ?? 'failed';
        throw new CliError(`The test message was not accepted (${kind})${message === '' ? '' : `: ${message}`}`);
      }
      const id = textAt(answer, 'externalId');
      const also = `${id === undefined ? '' : `, id ${printable(id)}`}${message === '' ? '' : `: ${message}`}`;
      reporter.line(`${reporter.paint.good('accepted')}  by ${target}${also}`);
      reporter.line(reporter.paint.dim(NOT_APPLIED));
    });
}

async function bodyOf(
  context: CliContext,
  { to, message, subscription, event, eventId, purpose, consented }: TestSendOptions,
): Promise<Readonly<Record<string, unknown>>> {
  if ((message === undefined) === (subscription === undefined)) {
    throw usageError('The command needs a message.', 'Pass either --message, or --subscription with an event.');
  }
  return {
    recipient: to,
    ...(message === undefined ? {} : { message: await readJsonInput(context, message) }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(event === undefined ? {} : { event: await readJsonInput(context, event) }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(consented === true ? { consented } : {}),
  };
}

function recipientField(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`--to ${text} is invalid.`, 'Write a field and its value, such as phone=+15005550010.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
