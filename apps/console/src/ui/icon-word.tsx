import { Group } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Meaning of a state, which determines its colour. */
export type Tone = 'ok' | 'bad' | 'waiting' | 'attention' | 'dimmed';

interface IconWordProps {
  readonly icon: Icon;
  readonly tone: Tone;
  /** Name of the state in the code. */
  readonly state: string;
  /** Word for the state. */
  readonly children: string;
}

/** Shows a state as icon, word and colour. */
export function IconWord({ icon: StateIcon, tone, state, children }: IconWordProps): ReactNode {
  return (
    <Group
      gap={4}
      wrap="nowrap"
      component="span"
      display="inline-flex"
      c={tone === 'dimmed' ? 'dimmed' : `var(--pb-${tone})`}
      style={{ verticalAlign: 'top' }}
      data-state={state}
    >
      <StateIcon size={14} stroke={2} style={{ flex: 'none' }} aria-hidden />
      {children}
    </Group>
  );
}
