import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseInline, parseMarkdown } from './markdown';

describe('parseMarkdown', () => {
  it('reads headings, paragraphs, code, lists and tables', () => {
    const source = [
      '# Title',
      'One line',
      'and another.',
      '',
      '1. first',
      '   continued',
      '2. second',
      '```yaml',
      '# not a heading',
      '```',
      '| a | b |',
      '|---|---|',
      '| `x` | y \\| z |',
    ].join('\n');
    expect(parseMarkdown(source)).toEqual([
      { kind: 'heading', level: 1, content: [{ kind: 'text', text: 'Title' }] },
      { kind: 'paragraph', content: [{ kind: 'text', text: 'One line and another.' }] },
      {
        kind: 'list',
        ordered: true,
        items: [[{ kind: 'text', text: 'first continued' }], [{ kind: 'text', text: 'second' }]],
      },
      { kind: 'code', text: '# not a heading' },
      {
        kind: 'table',
        rows: [
          [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
          [[{ kind: 'code', text: 'x' }], [{ kind: 'text', text: 'y | z' }]],
        ],
      },
    ]);
  });

  it.each(readdirSync('plugins').filter((name) => !['dist', 'package.json', 'tsconfig.build.json'].includes(name)))(
    'leaves no Markdown in the texts of the README of %s',
    (plugin) => {
      const blocks = parseMarkdown(readFileSync(`plugins/${plugin}/README.md`, 'utf8'));
      const texts = JSON.stringify(blocks.filter(({ kind }) => kind !== 'code')).match(/"kind":"text","text":"[^"]*"/g);
      expect((texts ?? []).filter((text) => /\*\*|`|\]\(/.test(text))).toEqual([]);
    },
  );
});

describe('parseInline', () => {
  it('reads emphasis between words only', () => {
    expect(parseInline('_a b_ snake_case_name')).toEqual([
      { kind: 'emphasis', text: 'a b' },
      { kind: 'text', text: ' snake_case_name' },
    ]);
  });

  it('makes links of web addresses only', () => {
    expect(parseInline('a [b](https://x.example/) [c](javascript:alert(1)) <img onerror=x>')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'link', text: 'b', href: 'https://x.example/' },
      { kind: 'text', text: ' ' },
      { kind: 'text', text: 'c' },
      { kind: 'text', text: ') <img onerror=x>' },
    ]);
  });
});
