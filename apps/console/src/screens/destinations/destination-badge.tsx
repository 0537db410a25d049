import { Group } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconPlayerPause,
  IconRefresh,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Destination } from './destination-api';
import { destinationState, type DestinationState } from './destination-state';
import { useText } from './text';

const LOOKS: Readonly<Record<DestinationState, readonly [Icon, colour: string]>> = {
  open: [IconCheck, 'var(--pb-ok)'],
  failing: [IconAlertTriangle, 'var(--pb-attention)'],
  probing: [IconRefresh, 'var(--pb-attention)'],
  blocked: [IconX, 'var(--pb-bad)'],
  pausedByHub: [IconPlayerPause, 'var(--pb-bad)'],
  pausedByPerson: [IconPlayerPause, 'var(--pb-attention)'],
  disabled: [IconBan, 'var(--mantine-color-dimmed)'],
};

/** State of a destination as icon, word and colour. */
export function DestinationBadge({ destination }: { readonly destination: Destination }): ReactNode {
  const text = useText();
  const state = destinationState(destination);
  const [StateIcon, colour] = LOOKS[state];
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex" c={colour} data-state={state}>
      <StateIcon size={14} stroke={2} aria-hidden />
      {text(`state.${state}`)}
    </Group>
  );
}
