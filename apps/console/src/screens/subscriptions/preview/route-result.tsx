import { List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../text';
import type { Preview } from './use-preview';

interface RouteResultProps {
  readonly route: NonNullable<Preview['route']>;
}

/** Says to which entry of a route an event goes, as far as the event alone decides that. */
export function RouteResult({ route: { shown, isDecided, entries } }: RouteResultProps): ReactNode {
  const text = useText();
  const entry = entries.find((one) => one.entry === shown);
  if (entry === undefined) {
    return (
      <Text c="var(--pb-attention)" data-testid="route-result">
        {text('routed.none')}
      </Text>
    );
  }
  return (
    <Text data-testid="route-result">
      {text.rich(isDecided ? 'routed.decided' : 'routed.undecided', {
        entry: shown,
        destination: () => <bdi>{entry.destination}</bdi>,
      })}
    </Text>
  );
}

/** The entries of a route with the result of each condition and the paths that it reads. */
export function RouteEntries({ route: { entries } }: RouteResultProps): ReactNode {
  const text = useText();
  return (
    <Stack gap={4} mt="sm">
      <Text fw={600}>{text('routed.title')}</Text>
      <List size="sm" data-testid="route-entries">
        {entries.map(({ entry, destination, paths, result }) => (
          <List.Item key={entry}>
            {text('route.entry', { number: entry })} {text('route.arrow')} <bdi>{destination}</bdi>:{' '}
            <b>{text(`routed.results.${result ?? 'notChecked'}`)}</b>
            {paths.length > 0 && (
              <>
                {' · '}
                {text.rich('routed.reads', { paths: () => <bdi className="pb-code">{paths.join(', ')}</bdi> })}
              </>
            )}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
