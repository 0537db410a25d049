/** Fenced code block of a guide. */
export interface GuideBlock {
  readonly language: string;
  readonly text: string;
  /**
   * Label in the comment above the block: `excerpt index.ts`, `write errors.ts`, `change index.ts`. Empty if there is
   * no comment.
   */
  readonly does: string;
  /** Line number of the block, from 1. */
  readonly line: number;
}

/** Extracts the fenced code blocks of a Markdown text, in their order. */
export function guideBlocks(markdown: string): readonly GuideBlock[] {
  const blocks: GuideBlock[] = [];
  for (const match of markdown.matchAll(/(?:<!-- guide: (.+?) -->\n)?^```(\w+)\n(.*?)^```$/gms)) {
    const [, does = '', language = '', text = ''] = match;
    blocks.push({ language, text, does, line: markdown.slice(0, match.index).split('\n').length });
  }
  return blocks;
}

/** Applies a diff to a text. Throws if the lines that the diff replaces do not occur exactly once in the text. */
export function withDiff(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const side = (dropped: string): string =>
    lines
      .filter((line) => !line.startsWith(dropped))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const before = side('+');
  if (text.split(before).length !== 2)
    throw new Error(`The text does not contain these lines exactly once:\n${before}`);
  return text.replace(before, () => side('-'));
}
