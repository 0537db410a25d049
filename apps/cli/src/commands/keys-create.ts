import { KEY_ROLES, type KeyRole } from '@patchbay/core';
import { Option, type Command } from 'commander';
import { apiPath } from '../api/api-path.js';
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

/** Adds the command `patchbay keys create <name> --role <role>`. */
export function addKeysCreate(keys: Command, context: CliContext): void {
  keys
    .command('create')
    .argument('<name>', 'label of the key in lists and in the audit log')
    .addOption(new Option('--role <role>', 'permissions of the key').choices(KEY_ROLES).makeOptionMandatory())
    .option('--brand <names...>', 'brands that the key may access (default: all)')
    .option('--reveal', 'allow the key to read personal data unmasked; each access is audited')
    .option('--expires <time>', 'expiry in ISO 8601, e.g. 2027-01-31 (default: never)')
    .option('--json', 'print one JSON document')
    .description('Create an API key. The key is printed once to standard output; the hub stores only its hash.')
    .action((name: string, options: CreateOptions) => create(context, name, options));
}

async function create(context: CliContext, name: string, options: CreateOptions): Promise<void> {
  const reporter = new Reporter(context, options.json === true);
  const answer = await new HubClient(hubAddress(context.env)).post(apiPath('/v1/keys'), {
    name,
    role: options.role,
    ...(options.brand === undefined ? {} : { brands: options.brand.map(brandName) }),
    ...(options.reveal === true ? { reveal: true } : {}),
    ...(options.expires === undefined ? {} : { expiresAt: options.expires }),
  });
  const key = textAt(answer, 'key');
  if (key === undefined) {
    throw new CliError('The response of the hub has no key.', 'Use the same version of the hub and of this command.');
  }
  reporter.document(answer);
  // Standard output contains nothing but the key, so that a script can read it.
  reporter.line(key);
  if (!reporter.json) context.stderr.write('Save the key now: it cannot be shown again.\n');
}
