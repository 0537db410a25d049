import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { OutcomeCounts } from '../watch/outcome-counts';
import type { SubscriptionCounts } from './queries';
import { useText } from './text';

interface RecentCountsProps {
  /** Undefined until the counts are read. */
  readonly counts: SubscriptionCounts | undefined;
}

/** Deliveries of a subscription in the last 24 hours by outcome, for a list. */
export function RecentCounts({ counts }: RecentCountsProps): ReactNode {
  const text = useText();
  if (counts === undefined) return null;
  return (
    <>
      {!counts.countIsExact && (
        <Text size="sm" c="dimmed">
          {text('counts.atLeast')}
        </Text>
      )}
      <OutcomeCounts outcomes={counts} none={<Text c="dimmed">{text('counts.none')}</Text>} />
    </>
  );
}
