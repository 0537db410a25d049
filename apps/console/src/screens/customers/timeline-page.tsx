import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSeen } from '../../lib/first-path';
import { useBrand } from '../../lib/use-brand';
import { useText } from './text';
import { concerned, type TimelineEvent } from './timeline';
import { TimelineAnswer } from './timeline-answer';
import { TimelineDays } from './timeline-days';

interface TimelineProps {
  readonly customer: string;
  /** Subscriptions to which the timeline is limited. Empty: all. */
  readonly subscriptions: readonly string[];
  readonly events: readonly TimelineEvent[];
}

/** Page of a timeline: the answer, then the events. Events that cannot concern the chosen subscriptions are left out. */
export function Timeline({ customer, subscriptions, events }: TimelineProps): ReactNode {
  const text = useText();
  const shown = subscriptions.length === 0 ? events : events.filter((event) => concerned(event).length > 0);
  useSeen('explain', useBrand(), shown.length > 0);
  return (
    <Stack gap="lg">
      <TimelineAnswer customer={customer} subscriptions={subscriptions} events={shown} />
      {shown.length === 0 ? (
        <Text>{text('notConcerned', { count: events.length })}</Text>
      ) : (
        <TimelineDays events={shown} />
      )}
    </Stack>
  );
}
