import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Outcome } from './not-taken';
import classes from './route-outcome.module.css';
import { useText } from './text';

type Entries = NonNullable<Outcome['route']>;

interface RouteOutcomeProps {
  /** Name of the subscription. */
  readonly name: string;
  readonly entries: Entries;
}

/** Entries of a route with what became of each for an event: chosen, not matching, or not checked. */
export function RouteOutcome({ name, entries }: RouteOutcomeProps): ReactNode {
  const text = useText();
  return (
    <ol className={classes.entries} aria-label={text('route.title', { name })}>
      {entries.map(({ entry, destination, paths, matched }) => (
        <li key={entry} data-entry={entry}>
          <Text span size="sm" c="dimmed">
            {text('route.entry', { entry })} {text('route.arrow')}{' '}
            {destination === null ? text('route.deleted') : <bdi>{destination}</bdi>}:{' '}
            {matched === true ? (
              <b>{text('route.matched')}</b>
            ) : (
              text(`route.${matched === false ? 'notMatched' : 'notChecked'}`)
            )}
            {paths.length > 0 && (
              <>
                {' · '}
                {text.rich('route.reads', { paths: () => <bdi className="pb-code">{paths.join(', ')}</bdi> })}
              </>
            )}
          </Text>
        </li>
      ))}
    </ol>
  );
}
