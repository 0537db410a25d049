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
import { IconWord } from './icon-word';
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

/** State of a destination as icon, word and colour. */
export function DestinationBadge({ destination }: { readonly destination: StatefulDestination }): ReactNode {
  const text = useText();
  const state = destinationState(destination);
  return (
    <IconWord icon={ICONS[state]} tone={STATE_TONES[state]} state={state}>
      {text(`destination.${state}`)}
    </IconWord>
  );
}

/** Returns the function that names a state in the words of {@link DestinationBadge}. */
export function useDestinationStateName(): (state: DestinationState) => string {
  const text = useText();
  return (state) => text(`destination.${state}`);
}
