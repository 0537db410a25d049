import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, ROOT } from '../architecture/tree.js';

/** Fenced code block of a page. */
export interface CodeBlock {
  /** Path of the page from the root of the repository. */
  readonly page: string;
  /** Line number of the fence that opens the block, from 1. */
  readonly line: number;
  /** Language after the fence; empty if there is none. */
  readonly language: string;
  /** Lines of the block without the indentation of its fence. Ends with a line break. */
  readonly text: string;
}

/** Pages for readers. Decisions and the changelog record what was true when they were written. */
const PAGES = /^(?!docs\/decisions\/|docs\/\.vitepress\/|CHANGELOG).*\.md$/;

/** Returns the code blocks of all pages, in the order of the pages and lines. */
export function documentedBlocks(): readonly CodeBlock[] {
  return filesUnder(ROOT)
    .filter((path) => PAGES.test(path))
    .flatMap(blocksOf);
}

function blocksOf(page: string): readonly CodeBlock[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^( *)```(.*)\n([^]*?)^ *```$/gm)].map(
    ({ index, 1: indent = '', 2: language = '', 3: body = '' }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}
