import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addPeopleList } from './people-list.js';
import { addPeopleRemove } from './people-remove.js';
import { addPeopleRestore } from './people-restore.js';

/** Adds the commands `patchbay people …`. */
export function addPeople(program: Command, context: CliContext): void {
  const people = program
    .command('people')
    .description('List and remove people who use the hub with accounts of the identity provider.');
  for (const add of [addPeopleList, addPeopleRemove, addPeopleRestore]) add(people, context);
}
