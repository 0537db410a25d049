import { Group, Text } from '@mantine/core';
import { IconArrowMerge, IconCheck, IconClock, IconMinus, IconX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Entry } from '../../api/types';
import { StateBadge } from '../../ui/state-badge';
import { useText } from './text';

/** Event in a list. */
export type EventEntry = Entry<'/v1/brands/{brand}/events'>;

/** Kinds of results in their order, with icon and colour. */
const RESULTS = [
  ['delivered', IconCheck, 'var(--pb-ok)'],
  ['failed', IconX, 'var(--pb-bad)'],
  ['waiting', IconClock, 'var(--pb-waiting)'],
  ['notSent', IconMinus, 'var(--mantine-color-dimmed)'],
  ['merged', IconArrowMerge, 'var(--mantine-color-dimmed)'],
] as const satisfies readonly (readonly [keyof EventEntry['outcome'], Icon, string])[];

/** Shows what became of an event: its deliveries by result, or why it has none. */
export function EventResult({ event }: { readonly event: EventEntry }): ReactNode {
  const text = useText();
  if (event.erasedAt !== null) return <StateBadge state="erased" />;
  if (event.status === 'quarantined') return <StateBadge state="quarantined" />;
  const shown = RESULTS.filter(([result]) => event.outcome[result] > 0);
  if (shown.length === 0) return <Text c="dimmed">{text('result.none')}</Text>;
  return (
    <Group gap="md">
      {shown.map(([result, ResultIcon, colour]) => (
        <Group key={result} component="span" display="inline-flex" gap={4} wrap="nowrap" c={colour}>
          <ResultIcon size={14} stroke={2} aria-hidden />
          {text(`result.${result}`, { count: event.outcome[result] })}
        </Group>
      ))}
    </Group>
  );
}
