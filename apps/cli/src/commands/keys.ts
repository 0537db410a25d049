import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addKeysCreate } from './keys-create.js';
import { addKeysList } from './keys-list.js';
import { addKeysRevoke } from './keys-revoke.js';
import { addKeysRotateMaster } from './keys-rotate-master.js';

/** Adds the commands `patchbay keys …`. */
export function addKeys(program: Command, context: CliContext): void {
  const keys = program
    .command('keys')
    .description('Manage API keys and the master key, which protects all sealed data.');
  for (const add of [addKeysCreate, addKeysList, addKeysRevoke, addKeysRotateMaster]) add(keys, context);
}
