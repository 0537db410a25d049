import { KEY_ROLES, type KeyRole } from '@patchbay/core';
import { Option, type Command } from 'commander';
import { hubAddress } from '../api/hub-address.js';
import { HubClient } from '../api/hub-client.js';
import { textAt } from '../api/json-reading.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { Reporter } from '../output/reporter.js';
import { brandName } from './resource-names.js';

interface CreateOptions {
  readonly role: KeyRole;
  readonly brand?: readonly string[];
  readonly reveal?: boolean;
  readonly expires?: string;
  readonly json?: boolean;
}

/** `patchbay keys create <name> --role <role>` */
export function addKeysCreate(keys: Command, context: CliContext): void {
  keys
    .command('create')
    .argument('<name>', 'for people: shown in lists and in the audit log')
    .addOption(new Option('--role <role>', 'what it may do').choices(KEY_ROLES).makeOptionMandatory())
    .option('--brand <names...>', 'the brands it is for (default: all)')
    .option('--reveal', 'it may see personal values unmasked; each look is audited')
    .option('--expires <time>', 'when it ends, in ISO 8601, e.g. 2027-01-31 (default: never)')
    .option('--json', 'answer with one JSON document')
    .description('Make an API key. It is shown once, to standard output, and stored nowhere.')
    .action((name: string, options: CreateOptions) => create(context, name, options));
}

async function create(context: CliContext, name: string, options: CreateOptions): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const answer = await new HubClient(hubAddress(context.env)).post('/v1/keys', {
    name,
    role: options.role,
    ...(options.brand === undefined ? {} : { brands: options.brand.map(brandName) }),
    ...(options.reveal === true ? { reveal: true } : {}),
    ...(options.expires === undefined ? {} : { expiresAt: options.expires }),
  });
  const key = textAt(answer, 'key');
  if (key === undefined) throw new CliError('The hub answered without a key.', 'Is it of the same version as this?');
  reporter.document(answer);
  // Alone on standard output, so that a script can take it from there.
  reporter.line(key);
  if (!reporter.json) context.stderr.write('Keep it now: it is not stored and cannot be shown again.\n');
}
