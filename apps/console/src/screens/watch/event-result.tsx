import { Text } from '@mantine/core';
import type { Entry } from '@patchbay/client';
import type { ReactNode } from 'react';
import { StateBadge } from '../../ui/state-badge';
import { OutcomeCounts } from './outcome-counts';
import { useText } from './text';

/** Event in a list. */
export type EventEntry = Entry<'/v1/brands/{brand}/events'>;

/** Shows what became of an event: its deliveries by outcome, or why it has none. */
export function EventResult({ event }: { readonly event: EventEntry }): ReactNode {
  const text = useText();
  if (event.erasedAt !== null) return <StateBadge state="erased" />;
  if (event.status === 'quarantined') return <StateBadge state="quarantined" />;
  return <OutcomeCounts outcomes={event.outcome} none={<Text c="dimmed">{text('result.none')}</Text>} />;
}
