import { Group } from '@mantine/core';
import { IconBan, IconCheck, IconClock, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from './text';

const LOOKS = {
  running: [IconClock, 'var(--pb-waiting)'],
  cancelling: [IconClock, 'var(--pb-attention)'],
  done: [IconCheck, 'var(--pb-ok)'],
  cancelled: [IconBan, 'var(--mantine-color-dimmed)'],
} as const satisfies Record<string, readonly [Icon, string]>;

/** Shows the state of a replay as icon, word and colour. */
export function ReplayState({ state }: { readonly state: keyof typeof LOOKS }): ReactNode {
  const text = useText();
  const [StateIcon, colour] = LOOKS[state];
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex" c={colour} data-state={state}>
      <StateIcon size={14} stroke={2} aria-hidden />
      {text(`state.${state}`)}
    </Group>
  );
}
