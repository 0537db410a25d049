import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ForeignText } from '../../../ui/foreign-text';
import { useText } from '../text';
import classes from './preview.module.css';
import { textOf } from './text-of';
import type { Preview } from './use-preview';

interface SmsPhoneProps {
  readonly message: Readonly<Record<string, unknown>>;
  readonly segments: Preview['segments'];
  /** Language of the shown message; empty if the mapping has one message for all. */
  readonly tag: string;
}

/** An SMS as a phone shows it, with its length as the vendor counts it. */
export function SmsPhone({ message, segments, tag }: SmsPhoneProps): ReactNode {
  const text = useText();
  const body = textOf(message, segments?.field ?? 'body');
  return (
    <Stack gap="sm">
      <div className={classes.phone}>
        <Text size="xs" c="dimmed">
          {text('preview.to')} <bdi className="pb-code">{textOf(message, 'to')}</bdi>
        </Text>
        <div className={classes.bubble} data-testid="bubble" {...(tag === '' ? {} : { lang: tag })}>
          {body === '' ? <Text c="dimmed">{text('preview.emptyText')}</Text> : <ForeignText>{body}</ForeignText>}
        </div>
      </div>
      {segments !== null && (
        <Group justify="center" gap="sm" role="status">
          <Text size="sm">{text('segments.characters', { count: segments.characters })}</Text>
          <Text size="sm" c="dimmed">
            {text(`segments.${segments.encoding}`)}
          </Text>
          <Text size="sm" fw={600} {...(segments.segments > 1 ? { c: 'var(--pb-attention)' } : {})}>
            {text('segments.count', { count: segments.segments })}
          </Text>
          <Text size="xs" c="dimmed">
            {text('segments.left', { count: segments.segments * segments.perSegment - segments.characters })}
          </Text>
        </Group>
      )}
    </Stack>
  );
}
