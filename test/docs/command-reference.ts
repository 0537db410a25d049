import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../../apps/cli/src/program.js';
import { cell, code, table } from './markdown.js';

const NOWHERE = { write: () => true, isTTY: false };

/** Returns `docs/cli.md`: every command of the command line with its arguments and options. */
export function commandReference(): string {
  const program = createProgram({ env: {}, stdin: process.stdin, stdout: NOWHERE, stderr: NOWHERE });
  const commands = program.commands.flatMap((command) => runnable(command, []));
  return [
    '# Commands of the command line',
    '',
    'Run a command with `npx patchbay <command>` in the folder of the hub, after `npm run build`. The',
    '[runbook](runbook.md#where-to-run-commands) shows how to run a command in a container or from another machine. Every command',
    'accepts `--help`, which prints the text of this page, and for some commands further notes. Most commands call the API of a running',
    'hub, which these variables name:',
    '',
    '- `PATCHBAY_URL`: URL of the hub; `http://127.0.0.1:3000`',
    '- `PATCHBAY_ADMIN_KEY`: API key of the hub; for a hub on the same machine, the key in `.patchbay/admin.key`',
    '- `PATCHBAY_CONFIG`: configuration folder; `./config`',
    '',
    'The exit code is 0 for success, 1 for a failure, and 2 for invalid arguments.',
    '',
    ...table(
      ['command', 'purpose'],
      commands.map(({ name, command }) => [`[${code(name)}](#${anchor(name)})`, cell(command.description())]),
    ),
    '',
    ...commands.flatMap(section),
  ].join('\n');
}

interface Named {
  readonly name: string;
  readonly command: Command;
}

/** Returns a command and the commands below it, with their full names, except commands that only group others. */
function runnable(command: Command, parents: readonly string[]): readonly Named[] {
  const names = [...parents, command.name()];
  const below = command.commands.flatMap((child) => runnable(child, names));
  const isGroup = below.length > 0 && command.registeredArguments.length === 0;
  return isGroup ? below : [{ name: names.join(' '), command }, ...below];
}

const anchor = (name: string): string => `patchbay-${name.replaceAll(' ', '-')}`;

function section({ name, command }: Named): readonly string[] {
  const usage = ['patchbay', name, command.usage().replace(/^\[options\] ?/, '')].join(' ').trim();
  const options = command.options.filter(({ hidden }) => !hidden);
  return [
    `## patchbay ${name}`,
    '',
    command.description(),
    '',
    '```text',
    `${usage}${options.length > 0 ? ' [options]' : ''}`,
    '```',
    '',
    ...rows(command.registeredArguments, options),
  ];
}

function rows(args: readonly Argument[], options: readonly Option[]): readonly string[] {
  if (args.length + options.length === 0) return [];
  const lines = [
    ...args.map((one) => [code(one.name()), cell(one.description) + choicesOf(one)]),
    ...options.map((one) => [code(one.flags), cell(one.description) + choicesOf(one) + defaultOf(one) + needOf(one)]),
  ];
  return [...table(['argument or option', 'meaning'], lines), ''];
}

/** Lists the only values that an argument or option accepts. Empty if its text already names all values. */
function choicesOf({ argChoices, description }: Pick<Option, 'argChoices' | 'description'>): string {
  if (argChoices === undefined || argChoices.every((choice) => description.includes(choice))) return '';
  const last = argChoices.at(-1) ?? '';
  const isRange = argChoices.length > 3 && argChoices.every((choice, index) => choice === String(index + 1));
  return isRange ? `; 1 to ${last}` : `; one of ${argChoices.map(code).join(', ')}`;
}

const needOf = ({ mandatory }: Option): string => (mandatory ? '; required' : '');

function defaultOf({ defaultValue }: Option): string {
  const shown: unknown = defaultValue;
  return typeof shown === 'string' || typeof shown === 'number' ? `; default ${code(String(shown))}` : '';
}
