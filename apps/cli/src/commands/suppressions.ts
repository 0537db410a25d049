import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addSuppressionsAdd } from './suppressions-add.js';
import { addSuppressionsImport } from './suppressions-import.js';
import { addSuppressionsList } from './suppressions-list.js';
import { addSuppressionsRemove } from './suppressions-remove.js';

/** Adds the commands `patchbay suppressions …`. */
export function addSuppressions(program: Command, context: CliContext): void {
  const suppressions = program
    .command('suppressions')
    .description('Manage the addresses to which a brand sends no messages.');
  for (const add of [addSuppressionsList, addSuppressionsAdd, addSuppressionsRemove, addSuppressionsImport]) {
    add(suppressions, context);
  }
}
