import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, ROOT } from '../architecture/tree.js';

/** Command in a shell block of a page. */
export interface DocumentedCommand {
  /** Place of the command: `docs/files.md:12`. */
  readonly at: string;
  /** Words of the command, without quotes and without variables in front. */
  readonly words: readonly string[];
}

/** Pages with commands for readers. Decisions and the changelog record what was true when they were written. */
const PAGES = /^(?!docs\/decisions\/|docs\/\.vitepress\/|CHANGELOG).*\.md$/;

/** Returns the commands in the shell blocks of all pages, one per part of a pipe or list. */
export function documentedCommands(): readonly DocumentedCommand[] {
  return filesUnder(ROOT)
    .filter((path) => PAGES.test(path))
    .flatMap(commandsOf);
}

function commandsOf(path: string): readonly DocumentedCommand[] {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  const found: DocumentedCommand[] = [];
  let isShell = false;
  let pending = '';
  lines.forEach((line, index) => {
    if (/^ *```/.test(line)) isShell = /^ *```(sh|bash|shell|console)\b/.test(line);
    else if (isShell) {
      pending += line.replace(/(^|\s)#.*$/, '');
      const isOpen = pending.endsWith('\\') || (pending.match(/'/g)?.length ?? 0) % 2 === 1;
      pending = isOpen ? `${pending.replace(/\\$/, '')} ` : pending;
      if (isOpen) return;
      for (const words of split(pending)) found.push({ at: `${path}:${String(index + 1)}`, words });
      pending = '';
    }
  });
  return found;
}

/** Splits a line into commands and words as a shell does, for the simple lines that documentation contains. */
function split(line: string): readonly (readonly string[])[] {
  const words = line.match(/\$\([^)]*\)|(?:[^\s'"$]|'[^']*'|"(?:\\.|[^"])*"|\$\([^)]*\)|\$)+/g) ?? [];
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
