import { Group, Stack, Text, Title } from '@mantine/core';
import type { Answer } from '@patchbay/client';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { DELIVERY_STATES, StateBadge } from '../../ui/state-badge';
import { useText } from './text';

type Outcomes = Answer<'/v1/brands/{brand}/replays/{id}'>['outcomes'];

/** Deliveries of a replay by state. */
export function ReplayOutcomes({ outcomes }: { readonly outcomes: Outcomes }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const counts: Readonly<Record<string, number | undefined>> = outcomes;
  const shown = DELIVERY_STATES.flatMap((state) => {
    const count = counts[state] ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
  return (
    <Stack gap="sm">
      <Title order={2}>{text('outcomes')}</Title>
      {shown.length === 0 ? (
        <Text c="dimmed">{text('noOutcome')}</Text>
      ) : (
        <Group gap="xl">
          {shown.map(({ state, count }) => (
            <Group key={state} gap="sm" data-outcome={state}>
              <Text span fw={600} className="pb-number">
                {count}
              </Text>
              <StateBadge state={state} />
            </Group>
          ))}
        </Group>
      )}
      {(counts.dead ?? 0) > 0 && <AppLink to={paths.failures(brand)}>{text('showFailures')}</AppLink>}
    </Stack>
  );
}
