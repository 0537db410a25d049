import { ActionIcon, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../../../app/paths';
import { AppLink } from '../../../ui/app-link';
import { TimeText } from '../../../ui/time-text';
import { useText } from '../text';
import type { RecentEvent } from './use-recent-events';

interface EventPickerProps {
  readonly brand: string;
  readonly events: readonly RecentEvent[];
  readonly index: number;
  readonly onChange: (id: string) => void;
}

/** Chooses the event of the preview among the newest events that the subscription takes. */
export function EventPicker({ brand, events, index, onChange }: EventPickerProps): ReactNode {
  const text = useText();
  const shown = events[index];
  const [newer, older] = [events[index - 1], events[index + 1]];
  if (shown === undefined) return null;
  return (
    <Group gap={6} wrap="nowrap" role="group" aria-label={text('events.choose')}>
      <ActionIcon
        aria-label={text('events.newer')}
        disabled={newer === undefined}
        onClick={() => newer !== undefined && onChange(newer.id)}
      >
        <IconChevronLeft size={16} className="pb-flip" aria-hidden />
      </ActionIcon>
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        {text('events.place', { place: index + 1, count: events.length })}
      </Text>
      <ActionIcon
        aria-label={text('events.older')}
        disabled={older === undefined}
        onClick={() => older !== undefined && onChange(older.id)}
      >
        <IconChevronRight size={16} className="pb-flip" aria-hidden />
      </ActionIcon>
      <Text size="sm" truncate>
        <AppLink to={paths.event(brand, shown.id)}>{shown.type === '' ? text('events.unknown') : shown.type}</AppLink>
        {shown.customerId !== null && (
          <>
            {' · '}
            {text('events.customer')} <bdi className="pb-code">{shown.customerId}</bdi>
          </>
        )}
        {' · '}
        <TimeText at={shown.receivedAt} />
      </Text>
    </Group>
  );
}
