/** Part of a line: text, code, bold text, emphasised text or a link. */
export interface Inline {
  readonly kind: 'text' | 'code' | 'bold' | 'emphasis' | 'link';
  readonly text: string;
  /** Address of a link. Only `https:` and `http:`; a link to anything else is plain text. */
  readonly href?: string;
}

/** Block of a document. */
export type MarkdownBlock =
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly (readonly Inline[])[])[] };

const FENCE = /^\s*```/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^\s*(?:[-*]|(\d+)\.)\s+(.*)$/;
const TABLE_RULE = /^\|?[\s:|-]+\|?$/;

/**
 * Reads the Markdown of a plugin's README: headings, paragraphs, fenced code, lists and tables. HTML has no meaning
 * here; it stays text.
 */
export function parseMarkdown(source: string): MarkdownBlock[] {
  const lines = source.split(/\r?\n/);
  const blocks: MarkdownBlock[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at);
    if (block !== null) blocks.push(block);
    at = next;
  }
  return blocks;
}

/** Reads the block that begins at a line. Returns it with the number of the line after it. */
function readBlock(lines: readonly string[], at: number): [MarkdownBlock | null, number] {
  const line = lines[at] ?? '';
  if (line.trim() === '') return [null, at + 1];
  if (FENCE.test(line)) {
    const end = lines.findIndex((one, index) => index > at && FENCE.test(one));
    const last = end === -1 ? lines.length : end;
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const code = lines.slice(at + 1, last).map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one));
    return [{ kind: 'code', text: code.join('\n') }, last + 1];
  }
  const heading = HEADING.exec(line);
  if (heading !== null) {
    return [{ kind: 'heading', level: heading[1]?.length ?? 1, content: parseInline(heading[2] ?? '') }, at + 1];
  }
  if (line.startsWith('|')) {
    const end = endOf(lines, at, (one) => one.startsWith('|'));
    const rows = lines.slice(at, end).filter((one) => !TABLE_RULE.test(one));
    return [{ kind: 'table', rows: rows.map((row) => cellsOf(row).map(parseInline)) }, end];
  }
  if (ITEM.test(line)) {
    const end = endOf(lines, at, (one) => ITEM.test(one) || (/^\s{2,}\S/.test(one) && !FENCE.test(one)));
    return [{ kind: 'list', ordered: /^\s*\d/.test(line), items: itemsOf(lines.slice(at, end)) }, end];
  }
  const end = endOf(lines, at, (one) => one.trim() !== '' && !/^(#|\||```)/.test(one) && !ITEM.test(one));
  return [{ kind: 'paragraph', content: parseInline(lines.slice(at, end).join(' ')) }, end];
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  const end = lines.findIndex((line, index) => index > from && !belongs(line));
  return end === -1 ? lines.length : end;
}

/** Splits a row of a table. `\|` is a bar within a cell. */
function cellsOf(row: string): string[] {
  const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Returns one text per item. A line that begins with spaces continues the item before it. */
function itemsOf(lines: readonly string[]): Inline[][] {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item === null) items.push(`${items.pop() ?? ''} ${line.trim()}`);
    else items.push(item[2] ?? '');
  }
  return items.map(parseInline);
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** Splits a line into its parts. */
export function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    const [, code, bold, emphasis, label = '', href = ''] = match;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (bold !== undefined) parts.push({ kind: 'bold', text: bold });
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', text: emphasis });
    else if (/^https?:\/\//.test(href)) parts.push({ kind: 'link', text: label, href });
    else parts.push({ kind: 'text', text: label });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}
