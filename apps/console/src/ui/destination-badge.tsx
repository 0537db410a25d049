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
import {
  destinationState,
  STATE_TONES,
  type DestinationState,
  type StatefulDestination,
} from '../lib/destination-state';
import { useText } from './text';

const ICONS: Readonly<Record<DestinationState, Icon>> = {
  healthy: IconCheck,
  failing: IconAlertTriangle,
  probing: IconRefresh,
  blocked: IconX,
  pausedByHub: IconPlayerPause,
  pausedByPerson: IconPlayerPause,
  disabled: IconBan,
};

const COLOURS = {
  ok: 'var(--pb-ok)',
  attention: 'var(--pb-attention)',
  bad: 'var(--pb-bad)',
  off: 'var(--mantine-color-dimmed)',
} as const;

/** State of a destination as icon, word and colour. */
export function DestinationBadge({ destination }: { readonly destination: StatefulDestination }): ReactNode {
  const text = useText();
  const state = destinationState(destination);
  const StateIcon = ICONS[state];
  return (
    <Group
      gap={4}
      wrap="nowrap"
      component="span"
      display="inline-flex"
      c={COLOURS[STATE_TONES[state]]}
      data-state={state}
    >
      <StateIcon size={14} stroke={2} aria-hidden />
      {text(`destination.${state}`)}
    </Group>
  );
}

/** Returns the function that names a state in the words of {@link DestinationBadge}. */
export function useDestinationStateName(): (state: DestinationState) => string {
  const text = useText();
  return (state) => text(`destination.${state}`);
}
