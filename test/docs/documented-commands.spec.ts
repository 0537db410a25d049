import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from '../../apps/cli/src/program.js';
import { ROOT } from '../architecture/tree.js';
import { documentedCommands, type DocumentedCommand } from './shell-blocks.js';

/** Programs of Debian and Node.js that the pages use. */
const KNOWN = [
  ...['.', 'cat', 'cd', 'chmod', 'chown', 'cp', 'curl', 'export', 'git', 'mv', 'pg_dump', 'pg_restore', 'rm', 'set'],
  ...['systemctl', 'umask', 'useradd'],
];
/** Programs that neither Node.js nor Debian offers here, so that their commands were never run. */
const NOT_RUN = ['docker', 'helm', 'kubectl'];

const NOWHERE = { write: () => true, isTTY: false };

describe('the commands in the documentation', () => {
  let commands: readonly DocumentedCommand[];
  const startingWith = (...first: readonly string[]) =>
    commands.filter(({ words }) => first.every((word, index) => words[index] === word));

  beforeAll(() => {
    commands = documentedCommands();
    const notRun = commands.filter(({ words: [program = ''] }) => NOT_RUN.includes(program));
    process.stderr.write(
      `\n${String(commands.length)} documented commands; never run here:\n` +
        notRun.map(({ at, words }) => `  ${at}  ${words.join(' ')}\n`).join(''),
    );
  });

  it('use programs that a reader has', () => {
    const known = [...KNOWN, ...NOT_RUN, 'npm', 'npx'];
    expect(commands.filter(({ words: [program = ''] }) => !known.includes(program))).toEqual([]);
    expect(commands.length).toBeGreaterThan(50);
  });

  it('name scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const names = [...startingWith('npm', 'run').map(({ words }) => words[2]), 'start', 'test'];
    expect(names.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });

  it('have commands, arguments and options that the command line accepts', () => {
    const problems = startingWith('npx', 'patchbay').flatMap(({ at, words }) => {
      const problem = problemOf(words.slice(2));
      return problem === undefined ? [] : [`${at}: ${words.join(' ')}: ${problem}`];
    });
    expect(problems).toEqual([]);
    expect(startingWith('npx', 'patchbay').length).toBeGreaterThan(30);
  });
});

/** Returns why the command line refuses the words; undefined if it accepts them. */
function problemOf(words: readonly string[]): string | undefined {
  let command: Command = createProgram({ env: {}, stdin: process.stdin, stdout: NOWHERE, stderr: NOWHERE });
  const rest = [...words];
  for (let next = childOf(command, rest); next !== undefined; next = childOf(command, rest)) {
    command = next;
    rest.shift();
  }
  if (command.parent === null && words[0] !== '--help') return 'is not a command';
  try {
    const { operands, unknown } = command.parseOptions(rest.filter((word) => word !== '--help'));
    const wrong = [...operands.slice(command.registeredArguments.length), ...unknown];
    const isVariadic = command.registeredArguments.at(-1)?.variadic === true;
    if (unknown.length > 0 || (wrong.length > 0 && !isVariadic)) return `${wrong.join(' ')} is not known`;
    const missing = command.registeredArguments.filter(({ required }) => required).length - operands.length;
    return missing > 0 && !rest.includes('--help') ? 'arguments are missing' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'refused';
  }
}

const childOf = (command: Command, [name]: readonly string[]): Command | undefined =>
  command.commands.find((child) => child.name() === name);
