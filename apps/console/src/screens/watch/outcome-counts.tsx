import { Group } from '@mantine/core';
import type { Entry } from '@patchbay/client';
import { IconArrowMerge, IconCheck, IconClock, IconMinus, IconX, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { IconWord, type Tone } from '../../ui/icon-word';
import { useText } from './text';

/** Number of deliveries by outcome. */
type Outcomes = Entry<'/v1/brands/{brand}/events'>['outcome'];

/** Outcomes in their order, with icon and colour. */
const OUTCOMES = [
  ['delivered', IconCheck, 'ok'],
  ['undelivered', IconX, 'bad'],
  ['failed', IconX, 'bad'],
  ['waiting', IconClock, 'waiting'],
  ['notSent', IconMinus, 'dimmed'],
  ['merged', IconArrowMerge, 'dimmed'],
] as const satisfies readonly (readonly [keyof Outcomes, Icon, Tone])[];

interface OutcomeCountsProps {
  readonly outcomes: Outcomes;
  /** Shown if no delivery is counted. */
  readonly none: ReactNode;
}

/** Shows the number of deliveries of each outcome that is not zero. */
export function OutcomeCounts({ outcomes, none }: OutcomeCountsProps): ReactNode {
  const text = useText();
  const shown = OUTCOMES.flatMap(([outcome, icon, tone]) => {
    const count = outcomes[outcome];
    return count === 0 ? [] : [{ outcome, icon, tone, count }];
  });
  if (shown.length === 0) return none;
  return (
    <Group gap="md" style={{ rowGap: 0 }}>
      {shown.map(({ outcome, icon, tone, count }) => (
        <IconWord key={outcome} icon={icon} tone={tone} state={outcome}>
          {text(`result.${outcome}`, { count })}
        </IconWord>
      ))}
    </Group>
  );
}
