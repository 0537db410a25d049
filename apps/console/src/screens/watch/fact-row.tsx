import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './fact-row.module.css';

interface FactRowProps {
  /** Names and values in order. A value of null is left out. */
  readonly facts: readonly (readonly [string, ReactNode])[];
}

/** Facts of an object in a row: each name above its value. */
export function FactRow({ facts }: FactRowProps): ReactNode {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
