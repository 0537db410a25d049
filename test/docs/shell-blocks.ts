import { spawnSync } from 'node:child_process';
import { documentedBlocks, type CodeBlock } from './code-blocks.js';

/** Command in a shell block of a page. */
export interface DocumentedCommand {
  /** Place of the command: `docs/files.md:12`. */
  readonly at: string;
  /** Words of the command, without quotes and without variables in front. */
  readonly words: readonly string[];
}

/** Returns the commands in the shell blocks of all pages, one per part of a pipe or list. */
export function documentedCommands(): readonly DocumentedCommand[] {
  return documentedBlocks()
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => commandLines(block).flatMap(({ at, text }) => wordsOf(text).map((words) => ({ at, words }))));
}

/** Line of a shell block, with the lines that continue it. */
export interface CommandLine {
  readonly at: string;
  readonly text: string;
}

/**
 * Splits a shell block into complete commands: a command includes its continued lines and its here-documents. Leaves out
 * lines that only contain a comment.
 */
export function commandLines({ page, line, text }: CodeBlock): readonly CommandLine[] {
  const found: CommandLine[] = [];
  let pending = '';
  let first = 0;
  text.split('\n').forEach((one, index) => {
    if (pending === '') first = line + index + 1;
    pending = pending === '' ? one : `${pending}\n${one}`;
    if (/^\s*(#.*)?$/.test(pending)) pending = '';
    else if (isComplete(pending)) {
      found.push({ at: `${page}:${String(first)}`, text: pending });
      pending = '';
    }
  });
  if (pending !== '') throw new Error(`${page}:${String(first)}: bash does not accept this command: ${pending}`);
  return found;
}

/** Returns true if bash can run the text, which then is a whole command. Only unusual lines need bash for this. */
function isComplete(text: string): boolean {
  if (text.endsWith('\\')) return false;
  if (!/['"<(]/.test(text)) return true;
  const { status, stderr } = spawnSync('bash', ['-n', '-c', text], { encoding: 'utf8' });
  return status === 0 && stderr === '';
}

/** Splits a line into commands and words as a shell does, for the simple lines that documentation contains. */
function wordsOf(text: string): readonly (readonly string[])[] {
  const line = text
    .replace(/<<(\w+)\n[^]*\n\1$/, '')
    .replaceAll('\\\n', ' ')
    .replaceAll(/(^|\s)#.*$/gm, '');
  const words = line.match(/\$\([^)]*\)|;|(?:[^\s'"$;]|'[^']*'|"(?:\\.|[^"])*"|\$\([^)]*\)|\$)+/g) ?? [];
  const commands: string[][] = [[]];
  for (const word of words) {
    if (/^(\||&&|\|\||;|&)$/.test(word)) commands.push([]);
    else commands.at(-1)?.push(word.replaceAll(/'([^']*)'|"((?:\\.|[^"])*)"/g, '$1$2'));
  }
  return commands
    .map((command) => command.slice(command.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word))))
    .map((command) => command.filter((word, index) => !/^[<>]/.test(word) && !/^[<>]+$/.test(command[index - 1] ?? '')))
    .filter((command) => command.length > 0 && !/^[A-Z_][A-Z0-9_]*=/.test(command[0] ?? ''));
}
