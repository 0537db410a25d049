import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { isMembers } from '../../../lib/merge-patch';
import { ForeignText } from '../../../ui/foreign-text';
import { useText } from '../text';
import classes from './preview.module.css';
import { RecordTable } from './record-table';
import { textOf } from './text-of';

interface PushCardProps {
  readonly message: Readonly<Record<string, unknown>>;
}

/** A push notification as a phone shows it, and the data for the app. */
export function PushCard({ message }: PushCardProps): ReactNode {
  const text = useText();
  const { data } = message;
  return (
    <Stack gap="sm">
      <div className={classes.card}>
        <Text size="xs" c="dimmed">
          {text('preview.push')}
        </Text>
        <Text fw={600}>
          <ForeignText>{textOf(message, 'title')}</ForeignText>
        </Text>
        <Text>
          <ForeignText>{textOf(message, 'body')}</ForeignText>
        </Text>
      </div>
      {isMembers(data) && <RecordTable message={data} />}
    </Stack>
  );
}
