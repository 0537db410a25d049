import { Anchor, Code, List, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { parseMarkdown, type Inline, type MarkdownBlock } from '../lib/markdown';
import classes from './markdown.module.css';

interface MarkdownProps {
  readonly source: string;
  /** Leaves out the first heading, because the page has a title. */
  readonly withoutTitle?: boolean;
}

/** Shows the README of a plugin. The text is English, so it keeps its direction. */
export function Markdown({ source, withoutTitle = false }: MarkdownProps): ReactNode {
  const blocks = parseMarkdown(source);
  const shown = withoutTitle && blocks[0]?.kind === 'heading' ? blocks.slice(1) : blocks;
  return (
    <Stack gap="sm" dir="ltr" lang="en" className={classes.document}>
      {shown.map((block, index) => (
        <Block key={index} block={block} />
      ))}
    </Stack>
  );
}

function Block({ block }: { readonly block: MarkdownBlock }): ReactNode {
  switch (block.kind) {
    case 'heading':
      return (
        <Title order={3} mt="xs">
          <Line parts={block.content} />
        </Title>
      );
    case 'paragraph':
      return (
        <Text size="sm">
          <Line parts={block.content} />
        </Text>
      );
    case 'code':
      return (
        <Code block tabIndex={0} className={classes.code}>
          {block.text}
        </Code>
      );
    case 'list':
      return (
        <List type={block.ordered ? 'ordered' : 'unordered'} size="sm" spacing={4} withPadding>
          {block.items.map((item, index) => (
            <List.Item key={index}>
              <Line parts={item} />
            </List.Item>
          ))}
        </List>
      );
    case 'table':
      return <MarkdownTable rows={block.rows} />;
  }
}

function MarkdownTable({ rows }: { readonly rows: readonly (readonly (readonly Inline[])[])[] }): ReactNode {
  const [head = [], ...body] = rows;
  return (
    <div className={classes.table}>
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            {head.map((cell, index) => (
              <Table.Th key={index}>
                <Line parts={cell} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {body.map((row, index) => (
            <Table.Tr key={index}>
              {row.map((cell, column) => (
                <Table.Td key={column}>
                  <Line parts={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Line({ parts }: { readonly parts: readonly Inline[] }): ReactNode {
  return parts.map(({ kind, text, href }, index) => {
    if (kind === 'code') return <Code key={index}>{text}</Code>;
    if (kind === 'bold') return <strong key={index}>{text}</strong>;
    if (kind === 'emphasis') return <em key={index}>{text}</em>;
    if (kind === 'link') {
      return (
        <Anchor key={index} href={href} target="_blank" rel="noreferrer" inherit>
          {text}
        </Anchor>
      );
    }
    return <span key={index}>{text}</span>;
  });
}
